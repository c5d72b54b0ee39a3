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

/** Streams that begin at a steady pace, by turns in Claude's format and in OpenAI's, and by turns at all gateways. */
final class SteadyStreams {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** What clients ask and read, by the API. */
    enum Format {
        MESSAGES("/v1/messages", "message_stop"),
        CHAT_COMPLETIONS("/v1/chat/completions", Reading.DONE);

        private final String path;
        private final String end;

        Format(String path, String end) {
            this.path = path;
            this.end = end;
        }

        /** Whether it is an error as this API's clients know it. */
        boolean isError(JsonNode body) {
            boolean told = !body.at("/error/type").stringValue("").isEmpty()
                    && !body.at("/error/message").stringValue("").isEmpty();
            return switch (this) {
                case MESSAGES -> told && body.path("type").stringValue("").equals("error");
                case CHAT_COMPLETIONS -> told && body.path("type").isMissingNode();
            };
        }
    }

    /**
     * One that has ended.
     *
     * @param marker by which Claude's calls are found
     * @param firstText how long after the question the first text came, or the end if none did
     */
    record Stream(Format format, String marker, Reading reading, Duration firstText) {
        String generation() {
            return reading.generation();
        }

        /**
         * {@code whole}, {@code broken off with an error}, {@code refused}: only if the client was told so in its format and
         * the turn says the same; otherwise what was wrong.
         */
        String ending(Turn turn, String text) {
            boolean same = Turns.text(turn).equals(reading.text()) && text.startsWith(reading.text());
            if (reading.status() != 200) {
                return turn instanceof Turn.ChatFailed && format.isError(json(reading.rest()))
                        ? "refused"
                        : wrong(turn);
            }
            if (reading.lastType().equals(format.end)) {
                return turn instanceof Turn.ChatCompleted
                                && same
                                && reading.text().equals(text)
                        ? "whole"
                        : wrong(turn);
            }
            return turn instanceof Turn.ChatFailed && same && format.isError(json(reading.lastData()))
                    ? "broken off with an error"
                    : wrong(turn);
        }

        private static JsonNode json(String text) {
            return JsonMapper.shared().readTree(text);
        }

        private String wrong(Turn turn) {
            return "%s at %s: status %d, %d characters, then %s; %s with %d characters"
                    .formatted(
                            generation(),
                            format.path,
                            reading.status(),
                            reading.text().length(),
                            reading.lastData(),
                            turn.getClass().getSimpleName(),
                            Turns.text(turn).length());
        }
    }

    private final List<Chat> gateways;
    private final String mark;
    private final String directives;

    /**
     * Streams to come.
     *
     * @param mark what all questions have in them
     * @param directives for the simulator
     */
    SteadyStreams(List<Chat> gateways, String mark, String directives) {
        this.gateways = gateways;
        this.mark = mark;
        this.directives = directives;
    }

    /** Begins so many, one after each interval, and waits until all have ended. */
    List<Stream> tell(int count, Duration interval) throws Exception {
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
                ended.add(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
            return ended;
        }
    }

    private Stream read(int number) {
        Format format = Format.values()[number % 2];
        String marker = UUID.randomUUID().toString();
        Chat gateway = gateways.get(number / 2 % gateways.size());
        long asked = System.nanoTime();
        try (Reading reading = gateway.askAt(format.path, Chat.question(mark + " " + marker, directives))) {
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
