package dev.parley.localstack.ask;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is asked.
 *
 * @param conversation the one to go on with; a new one is made otherwise
 */
public record Question(String text, String model, Optional<String> conversation) {
    private static final int ANSWER_TOKENS_MAX = 4096;

    /** The body of a request to the Messages API. */
    String body(JsonMapper mapper) {
        return mapper.writeValueAsString(Map.of(
                "model",
                model,
                "max_tokens",
                ANSWER_TOKENS_MAX,
                "stream",
                true,
                "messages",
                List.of(Map.of("role", "user", "content", text))));
    }
}
