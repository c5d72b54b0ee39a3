package dev.parley.contracts.event;

import java.util.function.Supplier;

/** A record that violates the contract of its topic. A retry cannot succeed; the record becomes a dead letter. */
public final class MalformedEventException extends RuntimeException {
    public MalformedEventException(String reason) {
        super(reason);
    }

    public MalformedEventException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /**
     * Runs a reading of a record, any failure of which is a violation of the contract.
     *
     * @param failure the reason if it fails unexpectedly, to which the class of the exception is added: its message may have text
     */
    public static <T> T orMalformed(String failure, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (MalformedEventException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MalformedEventException(failure + ": " + e.getClass().getSimpleName(), e);
        }
    }

    public static void runOrMalformed(String failure, Runnable reading) {
        var _ = orMalformed(failure, () -> {
            reading.run();
            return failure;
        });
    }

    /** The reason, for operators; contains no message text. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
