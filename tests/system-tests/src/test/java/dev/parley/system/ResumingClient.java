package dev.parley.system;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client that resumes: it sends a request to the first available gateway, and resumes at any gateway until the answer
 * has ended. {@link #run()} uses one thread; {@link #characters()} and {@link #generation()} may be read by others.
 */
final class ResumingClient {
    private static final int TRIES_MAX = 300;
    private static final Duration RETRY_AFTER = Duration.ofMillis(100);

    private final List<ChatClient> gateways;
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
    private final Set<Integer> refusals = new TreeSet<>();

    /**
     * @param first index of the gateway to try first
     * @param headers additional headers
     */
    ResumingClient(List<ChatClient> gateways, int first, ObjectNode question, String... headers) {
        this.gateways = gateways;
        this.first = first;
        this.question = question;
        this.headers = headers;
    }

    /** Sends the request, and reads until the answer has ended. */
    ResumingClient run() throws Exception {
        long lastAt = System.nanoTime();
        try (StreamedAnswer reading = ask()) {
            generation = reading.generation();
            lastAt = follow(reading, System.nanoTime());
        } catch (IOException e) {
            // The rest is resumed below.
        }
        for (int i = 0; i < TRIES_MAX && !isOver(); i++) {
            try (StreamedAnswer more = resume(i)) {
                lastAt = follow(more, lastAt);
                if (more.status() != 200) {
                    Eventually.pause(RETRY_AFTER);
                }
            } catch (IOException e) {
                Eventually.pause(RETRY_AFTER);
            }
        }
        return this;
    }

    private StreamedAnswer ask() throws Exception {
        for (int i = 0; i < TRIES_MAX; i++) {
            try {
                StreamedAnswer reading = gateway(i).read(question, headers);
                if (reading.status() == 200) {
                    return reading;
                }
                refusals.add(reading.status());
            } catch (IOException e) {
                // Try the next gateway.
            }
            Eventually.pause(RETRY_AFTER);
        }
        throw new AssertionError("no gateway accepts the request");
    }

    private StreamedAnswer resume(int attempt) throws Exception {
        resumed++;
        String path = "/v1/generations/" + generation + "/events";
        ChatClient gateway = gateway(attempt + 1);
        return lastId.isEmpty() ? gateway.readAt(path) : gateway.readAt(path, "last-event-id", lastId);
    }

    private ChatClient gateway(int attempt) {
        return gateways.get((first + attempt) % gateways.size());
    }

    /** Reads until the response ends; returns the time of the last text. */
    private long follow(StreamedAnswer reading, long since) {
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

    /** The number of characters received so far. */
    int characters() {
        return characters;
    }

    /** Empty until the request is accepted. */
    String generation() {
        return generation;
    }

    String text() {
        return text.toString();
    }

    String lastType() {
        return lastType;
    }

    /** The longest pause between two pieces of text, including reconnects; excludes the wait for the first. */
    Duration longestPause() {
        return longestPause;
    }

    /** The number of reconnects. */
    int resumed() {
        return resumed;
    }

    /** The statuses of the rejected attempts. */
    Set<Integer> refusals() {
        return refusals;
    }
}
