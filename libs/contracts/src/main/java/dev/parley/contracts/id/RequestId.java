package dev.parley.contracts.id;

import java.time.Clock;
import java.util.HexFormat;

/** The id of a request that starts no generation: {@code req_} and a UUIDv7 in 32 hexadecimal digits. */
public record RequestId(String value) {
    public static RequestId next(Clock clock) {
        return new RequestId("req_" + HexFormat.of().formatHex(Uuid7.next(clock)));
    }
}
