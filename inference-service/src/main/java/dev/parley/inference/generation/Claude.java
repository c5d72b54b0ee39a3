package dev.parley.inference.generation;

import dev.parley.messages.ApiError;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The Messages API. */
public interface Claude {
    /**
     * Sends the request. Does not block. Every failure is a {@link Response.Refused}. Cancelling the future closes the call.
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

    /** The beginning of the response. */
    sealed interface Response {
        /**
         * Claude streams an answer.
         *
         * @param requestId Claude's {@code request-id}, empty if it sent none
         */
        record Accepted(AnswerStream answer, int status, String requestId) implements Response {}

        /**
         * There is no answer.
         *
         * @param status of Claude's response, 0 without a response
         * @param retryAfter Claude's {@code retry-after}, empty if it sent none
         * @param noRetry whether a retry is forbidden, as by {@code x-should-retry: false}
         */
        record Refused(int status, String requestId, String retryAfter, ApiError error, boolean noRetry)
                implements Response {}
    }

    /** The bytes of an answer as they arrive. Read by one thread. */
    interface AnswerStream extends AutoCloseable {
        /** Waits for the next bytes, at most for the timeout. */
        Piece next(Duration timeout) throws InterruptedException;

        /** Waits for the end of the stream, at most for the timeout, so that its connection can be used again. */
        void awaitEnd(Duration timeout) throws InterruptedException;

        /** Closes the call and ends the wait of the reading thread. Called by any thread. */
        void abandon();

        /** Closes the call. Before the end of the stream, this makes Claude stop. */
        @Override
        void close();
    }

    /** The result of a wait for the next bytes. */
    sealed interface Piece {
        record Bytes(
                @SuppressWarnings("ArrayRecordComponent") byte[] bytes) implements Piece {}

        /** No bytes came within the timeout. */
        record Silence() implements Piece {}

        /** The HTTP stream ended properly. The answer may be incomplete all the same. */
        record End() implements Piece {}

        /** The connection broke. */
        record Break(String reason) implements Piece {}
    }
}
