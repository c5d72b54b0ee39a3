package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Compares an answer with the right one while it arrives, event by event, and forgets it: ten thousand streams are not
 * kept. It knows the bytes of Claude's events, and parses no JSON.
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

    /** Takes bytes of an event stream; says how many pieces of text were in the events that they complete. */
    int stream(ByteBuf part) {
        append(part);
        int pieces = 0;
        int start = 0;
        for (int i = Math.max(1, scanned); i < length; i++) {
            if (events[i] == '\n' && events[i - 1] == '\n') {
                pieces += event(start, i + 1) ? 1 : 0;
                start = i + 1;
            }
        }
        System.arraycopy(events, start, events, 0, length - start);
        length -= start;
        scanned = length;
        return pieces;
    }

    /** Takes bytes of a body that is complete only at its end. */
    void body(ByteBuf part) {
        append(part);
    }

    private void append(ByteBuf part) {
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

    /** Whether the event has text of the answer. */
    private boolean event(int start, int end) {
        int text = indexOf(TEXT, start, end);
        if (text >= 0) {
            compare(text + TEXT.length, end);
            return true;
        }
        stopped |= indexOf(STOP, start, end) >= 0;
        error |= indexOf(ERROR, start, end) >= 0;
        return false;
    }

    private void compare(int start, int end) {
        int i = start;
        while (i < end && events[i] != '"') {
            wrong |= matched >= answer.length || answer[matched] != events[i];
            matched++;
            i++;
        }
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

    /** Whether a stream has brought the whole answer and nothing else, and has said that it is complete. */
    boolean streamIsRight() {
        return stopped && !wrong && matched == answer.length;
    }

    /** Whether a body has the answer in it. */
    boolean bodyIsRight() {
        return indexOf(answer, 0, length) >= 0;
    }
}
