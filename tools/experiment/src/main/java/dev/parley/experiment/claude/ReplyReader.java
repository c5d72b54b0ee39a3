package dev.parley.experiment.claude;

import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Usage;
import dev.parley.experiment.trial.Reply;
import dev.parley.messages.ApiError;
import dev.parley.messages.MalformedStreamException;
import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFramer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** Reads the response to one call: events of a message, or an error. The HTTP client calls it from one thread at a time. */
final class ReplyReader {
    private static final int BYTES_MAX = 8 * 1024 * 1024;
    private static final int OK = 200;

    /** When the call was made, as of {@link System#nanoTime()}. */
    private final long called = System.nanoTime();

    private final SseFramer framer = new SseFramer(BYTES_MAX);
    private final MessageAssembler message = new MessageAssembler();
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private Optional<ApiError> errorEvent = Optional.empty();
    private OptionalDouble firstTokenMs = OptionalDouble.empty();
    private Optional<Duration> retryAfter = Optional.empty();
    private int status;
    private int bytes;

    synchronized void begin(ResponseInfo response) {
        status = response.statusCode();
        retryAfter = response.headers()
                .firstValue("retry-after")
                .filter(seconds -> seconds.matches("\\d{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }

    synchronized void accept(byte[] part) {
        bytes += part.length;
        if (bytes > BYTES_MAX) {
            throw new MalformedStreamException("an answer of more than " + BYTES_MAX + " bytes");
        }
        if (status == OK) {
            framer.push(ByteBuffer.wrap(part)).forEach(frame -> accept(frame.json()));
        } else {
            error.writeBytes(part);
        }
    }

    private void accept(JsonNode event) {
        String type = event.path("type").stringValue("");
        if (type.equals("error")) {
            errorEvent = Optional.of(ApiError.parse(event));
        } else if (type.equals("content_block_delta") && firstTokenMs.isEmpty()) {
            firstTokenMs = OptionalDouble.of(elapsedMs());
        }
        message.accept(event);
    }

    synchronized Reply reply() {
        if (status != OK) {
            return refused(ApiError.parse(status, error.toByteArray()), false);
        }
        if (errorEvent.isPresent()) {
            return refused(errorEvent.get(), message.started());
        }
        return message.complete()
                ? new Reply.Answered(message.message(), Usage.of(message.usage()), firstTokenMs, elapsedMs())
                : broken("the answer ended too early");
    }

    synchronized Reply broken(String reason) {
        return new Reply.Refused(status == OK ? 0 : status, reason, message.started());
    }

    /** Closed before a complete answer. Claude may have billed its input, unless it has answered with an error. */
    synchronized Reply timedOut(Duration timeout) {
        boolean refused = status != 0 && status != OK;
        return new Reply.Refused(
                refused ? status : 0, "no complete answer within " + timeout.toSeconds() + " s", !refused);
    }

    synchronized Optional<Duration> retryAfter() {
        return retryAfter;
    }

    private static Reply refused(ApiError error, boolean billed) {
        return new Reply.Refused(error.status(), error.status() + " " + error.type() + ": " + error.message(), billed);
    }

    private double elapsedMs() {
        return StageTimings.millis(Duration.ofNanos(System.nanoTime() - called));
    }
}
