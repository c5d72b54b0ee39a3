package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Compares an answer with the expected one while it arrives, event by event, without keeping it. It looks for the bytes
 * of Claude's events and parses no JSON, because the generator shares the cores with what it measures.
 */
final class AnswerCheck {
    private static final byte[] TEXT = "\"text_delta\",\"text\":\"".getBytes(US_ASCII);
    private static final byte[] STOP = "\"message_stop\"".getBytes(US_ASCII);
    private static final byte[] ERROR = "event: error".getBytes(US_ASCII);
    private static final int EVENT_BYTES_MAX = 4 * 1024 * 1024;

    private final byte[] answer;
    private byte[] events = new byte[512];
    private int length;
    private int scanned;
    private int matched;
    private boolean wrong;
    private boolean error;
    private boolean stopped;

    AnswerCheck(byte[] answer) {
        this.answer = answer;
    }

    /** Takes bytes of an event stream and returns the pieces of text in the events that they complete. */
    int stream(ByteBuf part) {
        body(part);
        int pieces = 0;
        int start = 0;
        for (int i = Math.max(1, scanned); i < length; i++) {
            if (events[i] == '\n' && events[i - 1] == '\n') {
                pieces += hasText(start, i + 1) ? 1 : 0;
                start = i + 1;
            }
        }
        System.arraycopy(events, start, events, 0, length - start);
        length -= start;
        scanned = length;
        return pieces;
    }

    /** Takes bytes of a body that is checked at its end. */
    void body(ByteBuf part) {
        int more = part.readableBytes();
        if (length + more > EVENT_BYTES_MAX) {
            throw new IllegalStateException("an event has more than " + EVENT_BYTES_MAX + " bytes");
        }
        if (length + more > events.length) {
            events = Arrays.copyOf(events, Math.max(length + more, events.length * 2));
        }
        part.readBytes(events, length, more);
        length += more;
    }

    private boolean hasText(int start, int end) {
        int text = indexOf(TEXT, start, end);
        if (text < 0) {
            stopped |= indexOf(STOP, start, end) >= 0;
            error |= indexOf(ERROR, start, end) >= 0;
            return false;
        }
        for (int i = text + TEXT.length; i < end && events[i] != '"'; i++) {
            wrong |= matched >= answer.length || answer[matched] != events[i];
            matched++;
        }
        return true;
    }

    private int indexOf(byte[] wanted, int start, int end) {
        for (int i = start; i <= end - wanted.length; i++) {
            if (events[i] == wanted[0] && Arrays.equals(events, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    boolean error() {
        return error;
    }

    /** Whether a stream had exactly the expected answer, if there is one, and was completed by {@code message_stop}. */
    boolean streamIsRight() {
        return stopped && (answer.length == 0 || (!wrong && matched == answer.length));
    }

    boolean bodyIsRight() {
        return indexOf(answer, 0, length) >= 0;
    }
}
