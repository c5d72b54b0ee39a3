package dev.parley.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.messages.ApiError;

/** Encodes events of the Messages API: copies the bytes of the log without parsing them. */
public final class SseEncoder {
    private static final byte[] PING = "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(UTF_8);

    private SseEncoder() {}

    /** The bytes of a piece in UTF-8; empty if it has no representation. */
    public static byte[] encode(Piece piece) {
        return switch (piece) {
            case Piece.Events events ->
                SseIds.number(
                        events.partition(), events.offset(), events.frames().frames(), events.framesToSkip());
            case Piece.Failure failure -> ApiError.frame(failure.refusal().body());
            case Piece.Ping _ -> PING;
        };
    }
}
