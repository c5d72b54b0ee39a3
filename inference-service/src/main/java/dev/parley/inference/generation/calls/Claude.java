package dev.parley.inference.generation.calls;

import dev.parley.messages.ApiError;
import java.nio.ByteBuffer;
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
     * @param key of the client, or its tenant; empty if no client receives the answer
     */
    record Call(
            String model,
            String version,
            String beta,
            @SuppressWarnings("ArrayRecordComponent") byte[] request,
            String key) {
        /** A request that no client receives the answer to. */
        public Call(String model, String version, String beta, byte[] request) {
            this(model, version, beta, request, "");
        }
    }

    sealed interface Response {
        /** Claude streams an answer, with its {@code request-id}, empty if it sent none. */
        record Accepted(AnswerStream answer, int status, String requestId) implements Response {}

        /**
         * There is no answer.
         *
         * @param status of Claude's response, 0 without a response
         * @param retryAfter Claude's {@code retry-after}, empty if it sent none
         */
        record Refused(int status, String requestId, String retryAfter, ApiError error, ShouldRetry shouldRetry)
                implements Response {
            public Refused(int status, String requestId, String retryAfter, ApiError error, boolean noRetry) {
                this(status, requestId, retryAfter, error, noRetry ? ShouldRetry.NO : ShouldRetry.BY_STATUS);
            }
        }
    }

    /** Whether the same call is to be made again: {@code x-should-retry}, which Claude may send. */
    enum ShouldRetry {
        YES,
        NO,
        BY_STATUS;

        /** That of a header, empty without one. */
        public static ShouldRetry of(String header) {
            return switch (header) {
                case "true" -> YES;
                case "false" -> NO;
                default -> BY_STATUS;
            };
        }
    }

    /**
     * The bytes of an answer as they arrive. Reading it starts once; all calls of the reader come from one thread, on which the
     * methods other than {@link #read} and {@link #abandon} are called.
     */
    interface AnswerStream {
        /** Passes the answer to the reader, and reports each pause of this length. Does not block. */
        void read(AnswerReader reader, Duration pause);

        /**
         * Ends the reading with {@link AnswerReader#broken}, unless it has ended; closes the call if the reading has not started. Called
         * by any thread.
         */
        void abandon();

        /** Ignores what follows, until the end of the stream, after which its connection can be used again, or the timeout. */
        void drain(Duration timeout);

        /** Closes the call. Before the end of the stream, this makes Claude stop. */
        void close();
    }

    /** Receives an answer on the thread that reads the connection, and of others. Must not block. */
    interface AnswerReader {
        /** The next bytes, valid during the call. */
        void received(ByteBuffer bytes);

        /** How long the bytes of a batch may be waited for, from its first ones on. At zero, it is what has arrived together. */
        Duration batchDelay();

        /** All bytes of a batch have been received. */
        void batchEnded();

        /** Whether more can be received now; if not, the connection is not read for a while. */
        boolean hasRoom();

        /** Nothing has come for the length of a pause, since the last bytes or the last call. */
        void paused();

        /** The HTTP stream ended properly. The answer may be incomplete all the same. */
        void ended();

        void broken(String reason);

        /** A method of the reader has thrown this. */
        void failed(Throwable cause);
    }
}
