package dev.parley.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class LocalRedisIT {
    private static final int SILENCE_MS = 500;
    /** For a server on a busy machine. */
    private static final int TIMEOUT_MS = 20_000;

    @Test
    void keepsItsKeysThroughACrash() throws IOException {
        try (LocalRedis redis = LocalRedis.start()) {
            assertThat(ask(redis, "SET colour blue")).isEqualTo("+OK");
            redis.crash();
            redis.restart();
            assertThat(ask(redis, "STRLEN colour")).isEqualTo(":4");
        }
    }

    @Test
    void isSilentWhilePaused() throws IOException {
        try (LocalRedis redis = LocalRedis.start()) {
            redis.pause();
            assertThatThrownBy(() -> ask(redis, "PING", SILENCE_MS)).isInstanceOf(SocketTimeoutException.class);
            redis.resume();
            assertThat(ask(redis, "PING")).isEqualTo("+PONG");
        }
    }

    private static String ask(LocalRedis redis, String command) throws IOException {
        return ask(redis, command, TIMEOUT_MS);
    }

    private static String ask(LocalRedis redis, String command, int timeoutMs) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.setSoTimeout(timeoutMs);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
