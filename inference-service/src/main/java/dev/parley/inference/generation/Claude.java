package dev.parley.inference.generation;

import dev.parley.messages.ApiError;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Whoever answers a request of the Messages API. */
public interface Claude {
    /**
     * Sends the request. Does not block; does not fail but by {@link Response.Refused}. Cancelling the future drops the
     * call.
     */
    CompletableFuture<Response> ask(Call call);

    /**
     * A request.
     *
     * @param version {@code anthropic-version}
     * @param beta {@code anthropic-beta}, empty if none
     * @param request a Messages API request in UTF-8 that asks for a stream
     */
    record Call(
            String model,
            String version,
            String beta,
            @SuppressWarnings("ArrayRecordComponent") byte[] request) {}

    /** How the call began. */
    sealed interface Response {
        /**
         * An answer is coming.
         *
         * @param requestId Claude's {@code request-id}, empty if it sent none
         */
        record Accepted(AnswerStream answer, int status, String requestId) implements Response {}

        /**
         * There will be none.
         *
         * @param status what Claude answered with, 0 if it did not
         * @param retryAfter Claude's {@code retry-after}, empty if it sent none
         * @param finalWord whether to ask again is forbidden, as by {@code x-should-retry: false}
         */
        record Refused(int status, String requestId, String retryAfter, ApiError error, boolean finalWord)
                implements Response {}
    }

    /** The bytes of an answer as they arrive. Read by one thread. */
    interface AnswerStream extends AutoCloseable {
        /** Waits for the next bytes, at most for {@code patience}. */
        Piece next(Duration patience) throws InterruptedException;

        /** Waits for the stream to end, so that its connection can serve the next call; at most for {@code patience}. */
        void awaitEnd(Duration patience) throws InterruptedException;

        /** Lets go of the call and ends the waiting of the reader; from any thread. */
        void abandon();

        /** Lets go of the call. Before the end of the stream, this makes Claude stop. */
        @Override
        void close();
    }

    /** What waiting for the next bytes brought. */
    sealed interface Piece {
        record Bytes(
                @SuppressWarnings("ArrayRecordComponent") byte[] bytes) implements Piece {}

        /** Nothing came within the patience. */
        record Silence() implements Piece {}

        /** The stream ended as HTTP wants it; whether the answer is whole is another matter. */
        record End() implements Piece {}

        /** The connection broke. */
        record Break(String reason) implements Piece {}
    }
}
