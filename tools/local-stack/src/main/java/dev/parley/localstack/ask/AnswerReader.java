package dev.parley.localstack.ask;

import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads an answer, line by line of its server-sent events, as far as its text matters. */
final class AnswerReader {
    static final String DATA = "data:";

    private final JsonMapper mapper;
    private final Consumer<String> onText;
    private final StringBuilder text = new StringBuilder();
    private Optional<String> failure = Optional.empty();
    private boolean complete;
    private long firstTextNanos;

    AnswerReader(JsonMapper mapper, Consumer<String> onText) {
        this.mapper = mapper;
        this.onText = onText;
    }

    void accept(String line) {
        if (!line.startsWith(DATA)) {
            return;
        }
        JsonNode event = mapper.readTree(line.substring(DATA.length()));
        switch (event.path("type").asString("")) {
            case "content_block_delta" ->
                append(event.path("delta").path("text").asString(""));
            case "message_stop" -> complete = true;
            case "error" ->
                failure = Optional.of("The answer broke off: " + GatewayClient.describe(event.path("error")) + ".");
            default -> {
                // Pings, the beginnings and ends of blocks, and what later versions of the API may add.
            }
        }
    }

    private void append(String piece) {
        if (piece.isEmpty()) {
            return;
        }
        if (text.isEmpty()) {
            firstTextNanos = System.nanoTime();
        }
        text.append(piece);
        onText.accept(piece);
    }

    String text() {
        return text.toString();
    }

    /** When the first text came, on the clock of {@link System#nanoTime()}; the given time if none came. */
    long firstTextNanos(long otherwise) {
        return text.isEmpty() ? otherwise : firstTextNanos;
    }

    /** Why this is not a whole answer, if it is not. */
    Optional<String> failure() {
        return failure.or(() -> complete ? Optional.empty() : Optional.of("The answer ended without its last event."));
    }
}
