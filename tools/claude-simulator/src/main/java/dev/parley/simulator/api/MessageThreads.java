package dev.parley.simulator.api;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.script.EventEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The conversations of requests with {@code thread} (platform.claude.com, "Message threads"), each under the id of its answer. At
 * most {@value #THREADS_MAX}, the oldest are dropped. Used by all event loops.
 */
final class MessageThreads {
    private static final int THREADS_MAX = 1000;
    private static final String PARAMETER = "\"thread\"";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Map<String, ObjectNode> byAnswer = new LinkedHashMap<>();

    /** The body with the conversation that it continues; unchanged without a thread, empty if the thread is unknown. */
    Optional<byte[]> whole(byte[] body) {
        Optional<ObjectNode> request = threaded(body);
        if (request.isEmpty()
                || !"continue".equals(request.get().at("/thread/type").stringValue(""))) {
            return Optional.of(body);
        }
        return find(request.get().at("/thread/previous_message_id").stringValue(""))
                .map(earlier -> JSON.writeValueAsBytes(joined(earlier, request.get())));
    }

    private synchronized Optional<ObjectNode> find(String answer) {
        return Optional.ofNullable(byAnswer.get(answer));
    }

    private static ObjectNode joined(ObjectNode earlier, ObjectNode request) {
        ObjectNode whole = earlier.deepCopy();
        ArrayNode messages = whole.withArray("messages");
        request.path("messages").forEach(messages::add);
        whole.setAll(request);
        whole.set("messages", messages);
        return whole;
    }

    /** Keeps the conversation if the request has a thread. */
    void keep(byte[] whole, Answer answer) {
        threaded(whole).ifPresent(conversation -> {
            JsonNode content = JSON.readTree(EventEncoder.message(answer)).path("content");
            conversation
                    .withArray("messages")
                    .addObject()
                    .put("role", "assistant")
                    .set("content", content);
            synchronized (this) {
                byAnswer.put(answer.id(), conversation);
                if (byAnswer.size() > THREADS_MAX) {
                    byAnswer.remove(byAnswer.keySet().iterator().next());
                }
            }
        });
    }

    /** The request if it has the parameter; empty if it has not, or is no JSON object, which is refused later. */
    private static Optional<ObjectNode> threaded(byte[] body) {
        // Most requests are large and have none: they are parsed once, by the reader.
        if (!new String(body, StandardCharsets.ISO_8859_1).contains(PARAMETER)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(body);
            return json instanceof ObjectNode request && request.hasNonNull("thread")
                    ? Optional.of(request)
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
