package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Requests in which everything but the question is the same, and is in no other test. */
final class SimilarRequests {
    /** While the model is loaded, and where the machine is too busy for the time limit. */
    private static final Set<String> UNDECIDED = Set.of("unavailable", "late", "crowded");

    private final String system = UUID.randomUUID() + " [[sim: " + ChatClient.QUICK + "]]";
    private String asked = "";
    private int attempts;

    /** Sends a request. */
    interface Call {
        Answer send(ObjectNode request) throws Exception;
    }

    /** The answer to a question that is the first, once the question is stored. */
    Answer stored(ChatClient client, String question) throws Exception {
        return stored(question, request -> client.ask(request));
    }

    /** The same with this request. */
    Answer stored(String question, Call call) throws Exception {
        Answer first = ask(question, call);
        assertThat(first.header("x-parley-similar")).isEqualTo("candidates");
        Eventually.value(
                () -> call.send(asking(asked)), answer -> answer.cache().equals("exact"));
        return first;
    }

    /** The same as {@link #ask(String, Call)} at {@code /v1/messages}. */
    Answer ask(ChatClient client, String question) throws Exception {
        return ask(question, request -> client.ask(request));
    }

    /**
     * The first answer for which a similar question was looked for in time. The wording is changed by marks that mean nothing,
     * because a repetition would have an exact answer.
     */
    Answer ask(String question, Call call) throws Exception {
        return Eventually.value(
                () -> {
                    asked = question + "!".repeat(attempts++);
                    return call.send(asking(asked));
                },
                answer -> !UNDECIDED.contains(answer.header("x-parley-similar")));
    }

    ObjectNode asking(String question) {
        return ChatClient.asking(question).put("system", system);
    }
}
