package dev.parley.gateway.answer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.messages.SseFrame;

/**
 * Writes SSE ids: {@code partition-offset.frame}, the position on {@code chat.deltas} from which the rest of an answer
 * can be read again. Copies bytes without parsing them.
 */
public final class SseIds {
    private static final int RADIX = 10;

    private SseIds() {}

    /**
     * Copies events, with an {@code id} line before each.
     *
     * @param frames complete events, each ending with an empty line
     * @param framesToSkip number of leading events to omit
     */
    public static byte[] number(int partition, long offset, byte[] frames, int framesToSkip) {
        byte[] record = record(partition, offset);
        byte[] numbered = new byte[numberedLength(record.length, frames, framesToSkip)];
        int length = 0;
        int frame = 0;
        int start = 0;
        for (int end = SseFrame.end(frames, start); end > 0; end = SseFrame.end(frames, start)) {
            if (frame >= framesToSkip) {
                System.arraycopy(record, 0, numbered, length, record.length);
                length = putNumber(frame, numbered, length + record.length);
                numbered[length++] = '\n';
                System.arraycopy(frames, start, numbered, length, end - start);
                length += end - start;
            }
            frame++;
            start = end;
        }
        return numbered;
    }

    private static int numberedLength(int recordLength, byte[] frames, int framesToSkip) {
        int length = 0;
        int frame = 0;
        int start = 0;
        for (int end = SseFrame.end(frames, start); end > 0; end = SseFrame.end(frames, start)) {
            if (frame >= framesToSkip) {
                length += recordLength + digits(frame) + 1 + end - start;
            }
            frame++;
            start = end;
        }
        return length;
    }

    private static int digits(int number) {
        int digits = 1;
        for (int rest = number; rest >= RADIX; rest /= RADIX) {
            digits++;
        }
        return digits;
    }

    /** Writes a decimal number and returns the index after it. */
    private static int putNumber(int number, byte[] bytes, int start) {
        int end = start + digits(number);
        int rest = number;
        for (int at = end - 1; at >= start; at--) {
            bytes[at] = (byte) ('0' + rest % RADIX);
            rest /= RADIX;
        }
        return end;
    }

    private static byte[] record(int partition, long offset) {
        return ("id: " + partition + "-" + offset + ".").getBytes(US_ASCII);
    }

    /** The number of complete events. */
    public static int count(byte[] frames) {
        int count = 0;
        for (int end = SseFrame.end(frames, 0); end > 0; end = SseFrame.end(frames, end)) {
            count++;
        }
        return count;
    }

    /** The {@code id} line of one event. */
    public static byte[] line(int partition, long offset, int frame) {
        return ("id: " + partition + "-" + offset + "." + frame + "\n").getBytes(US_ASCII);
    }
}
