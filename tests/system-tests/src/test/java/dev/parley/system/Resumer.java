package dev.parley.system;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client that resumes: it asks at a gateway, at the next one if that does not answer, and reads on wherever it can until
 * the answer has ended. One thread tells; others may look how far it has come.
 */
final class Resumer {
    private static final int TRIES_MAX = 300;

    private final List<Chat> gateways;
    private final int first;
    private final ObjectNode question;
    private final String[] headers;
    private final StringBuilder text = new StringBuilder();
    private volatile int characters;
    private volatile String generation = "";
    private String lastId = "";
    private String lastType = "";
    private Duration longestPause = Duration.ZERO;
    private int resumed;
    private int refused;

    /** A client that asks at this gateway first, with these headers besides. */
    Resumer(List<Chat> gateways, int first, ObjectNode question, String... headers) {
        this.gateways = gateways;
        this.first = first;
        this.question = question;
        this.headers = headers;
    }

    /** Asks, and reads until the answer has ended in whatever way. */
    Resumer tell() throws Exception {
        long lastAt = System.nanoTime();
        try (Reading reading = ask()) {
            generation = reading.generation();
            lastAt = follow(reading, System.nanoTime());
        } catch (IOException e) {
            // The rest is read below.
        }
        for (int i = 0; i < TRIES_MAX && !isOver(); i++) {
            try (Reading more = resume(i)) {
                lastAt = follow(more, lastAt);
                if (more.status() != 200) {
                    pause();
                }
            } catch (IOException e) {
                pause();
            }
        }
        return this;
    }

    private Reading ask() throws Exception {
        for (int i = 0; i < TRIES_MAX; i++) {
            try {
                Reading reading = gateway(i).read(question, headers);
                if (reading.status() == 200) {
                    return reading;
                }
                refused++;
            } catch (IOException e) {
                // This gateway is down: the other one is not.
            }
            pause();
        }
        throw new AssertionError("no gateway answers");
    }

    private Reading resume(int attempt) throws Exception {
        resumed++;
        String path = "/v1/generations/" + generation + "/events";
        Chat gateway = gateway(attempt + 1);
        return lastId.isEmpty() ? gateway.readAt(path) : gateway.readAt(path, "last-event-id", lastId);
    }

    private Chat gateway(int attempt) {
        return gateways.get((first + attempt) % gateways.size());
    }

    /** Until the response ends; when the last text came. */
    private long follow(Reading reading, long since) {
        long lastAt = since;
        int before = -1;
        while (reading.text().length() > before) {
            before = reading.text().length();
            reading.untilCharactersOrTheEnd(before + 1);
            characters = text.length() + reading.text().length();
            if (reading.text().length() > before) {
                Duration waited = Duration.ofNanos(System.nanoTime() - lastAt);
                longestPause = waited.compareTo(longestPause) > 0 ? waited : longestPause;
                lastAt = System.nanoTime();
            }
        }
        text.append(reading.text());
        lastId = reading.lastId().isEmpty() ? lastId : reading.lastId();
        lastType = reading.lastType().isEmpty() ? lastType : reading.lastType();
        return lastAt;
    }

    private boolean isOver() {
        return lastType.equals("message_stop") || lastType.equals("error");
    }

    private static void pause() throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }

    /** How much text has come so far. */
    int characters() {
        return characters;
    }

    /** Empty until the request was accepted. */
    String generation() {
        return generation;
    }

    String text() {
        return text.toString();
    }

    /** The type of the last event. */
    String lastType() {
        return lastType;
    }

    /** Between two pieces of text, reconnecting included; not the wait for the first. */
    Duration longestPause() {
        return longestPause;
    }

    /** How often it had to reconnect. */
    int resumed() {
        return resumed;
    }

    /** How often a gateway answered the question with a refusal. */
    int refused() {
        return refused;
    }
}
