package dev.parley.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.net.Socket;
import java.net.URI;

/** Commands of an operator to Redis. */
final class RedisCommands {
    private RedisCommands() {}

    /** Deletes all data. */
    static void flushAll(LocalStack stack) throws Exception {
        URI redis = URI.create(stack.redis());
        try (Socket socket = new Socket(redis.getHost(), redis.getPort())) {
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(3), US_ASCII))
                    .isEqualTo("+OK");
        }
    }
}
