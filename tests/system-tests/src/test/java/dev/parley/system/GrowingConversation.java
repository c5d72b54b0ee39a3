package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A conversation whose client sends its newest message only. Every request has to contain all earlier messages. */
final class GrowingConversation {
    private final TurnEvents turns;
    private final String id;
    private final List<String> answers = new ArrayList<>();
    private String lastGeneration = "";

    GrowingConversation(LocalStack stack, String id) {
        this.turns = new TurnEvents(stack);
        this.id = id;
    }

    /** Asks the next question, and names the last answer, if there is one. */
    void nextAfterTheLast(ChatClient chat) throws Exception {
        if (answers.isEmpty()) {
            next(chat);
        } else {
            next(chat, "x-parley-after-generation", lastGeneration);
        }
    }

    /** Asks the next question. */
    void next(ChatClient chat, String... more) throws Exception {
        Answer answer = chat.ask(
                ChatClient.question(),
                Stream.concat(Stream.of("x-parley-conversation", id, "x-parley-history", "stored"), Stream.of(more))
                        .toArray(String[]::new));
        answer.succeeded();
        JsonNode messages =
                turns.of(answer.generation()).facts().request().tree().path("messages");
        assertThat(IntStream.range(0, messages.size())
                        .filter(number -> number % 2 == 1)
                        .mapToObj(number ->
                                messages.path(number).at("/content/0/text").stringValue()))
                .as("answers in the request")
                .isEqualTo(answers);
        answers.add(answer.text());
        lastGeneration = answer.generation();
    }
}
