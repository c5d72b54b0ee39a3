package dev.parley.system;

import dev.parley.contracts.event.Turn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams started at a steady rate, alternating between both API formats and all gateways. */
final class SteadyStreams {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** The API format of a stream. */
    enum Format {
        MESSAGES("/v1/messages", "message_stop"),
        CHAT_COMPLETIONS("/v1/chat/completions", StreamedAnswer.DONE);

        private final String path;
        private final String end;

        Format(String path, String end) {
            this.path = path;
            this.end = end;
        }

        /** Whether the body is an error in this format. */
        boolean isError(JsonNode body) {
            boolean isComplete = !body.at("/error/type").stringValue("").isEmpty()
                    && !body.at("/error/message").stringValue("").isEmpty();
            return switch (this) {
                case MESSAGES -> isComplete && body.path("type").stringValue("").equals("error");
                case CHAT_COMPLETIONS -> isComplete && body.path("type").isMissingNode();
            };
        }
    }

    /**
     * A finished stream.
     *
     * @param marker identifies its calls to Claude
     * @param firstText the time to the first text, or to the end without text
     */
    record Stream(Format format, String marker, StreamedAnswer reading, Duration firstText) {
        String generation() {
            return reading.generation();
        }

        /**
         * Returns {@code whole}, {@code broken off with an error} or {@code refused} if the client received the
         * matching end in its format and the turn agrees; otherwise a description of the mismatch.
         */
        String ending(Turn turn, String text) {
            boolean same = TurnEvents.text(turn).equals(reading.text()) && text.startsWith(reading.text());
            if (reading.status() != 200) {
                return turn instanceof Turn.ChatFailed && format.isError(json(reading.rest()))
                        ? "refused"
                        : mismatch(turn);
            }
            if (reading.lastType().equals(format.end)) {
                return turn instanceof Turn.ChatCompleted
                                && same
                                && reading.text().equals(text)
                        ? "whole"
                        : mismatch(turn);
            }
            return turn instanceof Turn.ChatFailed && same && format.isError(json(reading.lastData()))
                    ? "broken off with an error"
                    : mismatch(turn);
        }

        private static JsonNode json(String text) {
            return JsonMapper.shared().readTree(text);
        }

        private String mismatch(Turn turn) {
            return "%s at %s: status %d, %d characters, then %s; %s with %d characters"
                    .formatted(
                            generation(),
                            format.path,
                            reading.status(),
                            reading.text().length(),
                            reading.lastData(),
                            turn.getClass().getSimpleName(),
                            TurnEvents.text(turn).length());
        }
    }

    private final List<ChatClient> gateways;
    private final String mark;
    private final String directives;

    /**
     * @param mark text in all requests
     * @param directives for the simulator
     */
    SteadyStreams(List<ChatClient> gateways, String mark, String directives) {
        this.gateways = gateways;
        this.mark = mark;
        this.directives = directives;
    }

    /** Starts the streams, one per interval, and waits until all have ended. */
    List<Stream> run(int count, Duration interval) throws Exception {
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Stream>> streams = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                streams.add(CompletableFuture.supplyAsync(
                        () -> read(number),
                        CompletableFuture.delayedExecutor(i * interval.toMillis(), TimeUnit.MILLISECONDS, readers)));
            }
            List<Stream> ended = new ArrayList<>();
            for (Future<Stream> each : streams) {
                ended.add(each.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
            }
            return ended;
        }
    }

    private Stream read(int number) {
        Format format = Format.values()[number % 2];
        String marker = UUID.randomUUID().toString();
        ChatClient gateway = gateways.get(number / 2 % gateways.size());
        long asked = System.nanoTime();
        try (StreamedAnswer reading =
                gateway.askAt(format.path, ChatClient.question(mark + " " + marker, directives))) {
            reading.untilCharactersOrTheEnd(1);
            Duration firstText = Duration.ofNanos(System.nanoTime() - asked);
            return new Stream(format, marker, reading.toTheEnd(), firstText);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading", e);
        }
    }
}
