package dev.parley.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.messages.ApiError;

/** Writes events of the Messages API: copies the bytes of the log without parsing them. */
public final class EventWriter implements PieceWriter {
    private static final byte[] PING = "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(UTF_8);

    @Override
    public byte[] write(Piece piece) {
        return switch (piece) {
            case Piece.Events events ->
                SseIds.number(
                        events.partition(), events.offset(), events.frames().frames(), events.framesToSkip());
            case Piece.Failure failure -> ApiError.frame(failure.body());
            case Piece.Ping _ -> PING;
        };
    }

    @Override
    public byte[] end() {
        return new byte[0];
    }
}
