package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection on which the test writes raw bytes, including invalid HTTP. */
final class RawClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private final Socket socket;

    RawClient(int port) throws IOException {
        this(port, new Socket());
    }

    private RawClient(int port, Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** A client for which sockets buffer little of what it does not read. */
    static RawClient slow(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        return new RawClient(port, socket);
    }

    /** Sends a text, each character as one byte. */
    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    boolean isAnswered() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** Sends a text repeatedly until the server responds. */
    void trickle(String text, Duration pause) {
        await().atMost(TIMEOUT)
                .pollInterval(pause)
                .until(() -> isAnswered() || send(text).isAnswered());
    }

    /** Sends a text so many times, with a pause before each. */
    void send(String text, int times, Duration pause) {
        AtomicInteger sent = new AtomicInteger();
        await().atMost(TIMEOUT).pollDelay(pause).pollInterval(pause).until(() -> {
            send(text);
            return sent.incrementAndGet() == times;
        });
    }

    /** All bytes until the server closes the connection. */
    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    /** The header of the next response, without waiting for more. */
    String header() throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!header.toString(UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return header.toString(UTF_8);
            }
            header.write(next);
        }
        return header.toString(UTF_8);
    }

    /** The body of a response with this header. */
    String body(String header) throws IOException {
        Matcher length = CONTENT_LENGTH.matcher(header);
        if (!length.find()) {
            throw new IOException("no content-length in: " + header);
        }
        return read(Integer.parseInt(length.group(1)));
    }

    /** So many of the next bytes, or all until the server closes the connection. */
    String read(int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
