package dev.parley.contracts.id;

import java.time.Clock;
import java.util.HexFormat;

/** Names a request that did not become a generation: {@code req_} and a UUIDv7 in 32 hexadecimal digits. */
public record RequestId(String value) {
    public static RequestId next(Clock clock) {
        return new RequestId("req_" + HexFormat.of().formatHex(Uuid7.next(clock)));
    }
}
