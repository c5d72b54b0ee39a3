package dev.parley.localstack.gateway;

import java.net.http.HttpResponse;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Reads the text of an answer, and why it ended, from the lines of its server-sent events. */
final class ReceivedAnswerReader {
    private static final String DATA = "data:";

    private final long start = System.nanoTime();
    private final Consumer<String> onText;
    private final StringBuilder text = new StringBuilder();
    private String stopReason = "";
    private boolean complete;
    private double firstTextMillis;

    ReceivedAnswerReader(Consumer<String> onText) {
        this.onText = onText;
    }

    void accept(String line) {
        if (!line.startsWith(DATA)) {
            return;
        }
        JsonNode event = GatewayClient.JSON.readTree(line.substring(DATA.length()));
        switch (event.path("type").asString("")) {
            case "content_block_delta" ->
                append(event.path("delta").path("text").asString(""));
            case "message_delta" ->
                stopReason = event.path("delta").path("stop_reason").asString("");
            case "message_stop" -> complete = true;
            case "error" ->
                throw new GatewayException(
                        "The answer broke off: " + GatewayClient.describe(event.path("error")) + ".");
            default -> {
                // Pings, the starts and ends of blocks, and additions to the API.
            }
        }
    }

    private void append(String piece) {
        if (piece.isEmpty()) {
            return;
        }
        if (text.isEmpty()) {
            firstTextMillis = millis();
        }
        text.append(piece);
        onText.accept(piece);
    }

    ReceivedAnswer answer(HttpResponse<?> response) {
        if (!complete) {
            throw new GatewayException("The answer ended without its last event.");
        }
        double whole = millis();
        return new ReceivedAnswer(
                text.toString(),
                stopReason,
                header(response, "x-parley-generation"),
                header(response, "x-parley-conversation"),
                header(response, "x-parley-cache"),
                text.isEmpty() ? whole : firstTextMillis,
                whole);
    }

    /** Since the request was sent, with two decimals. */
    private double millis() {
        return Math.round((System.nanoTime() - start) / 1e4) / 1e2;
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
