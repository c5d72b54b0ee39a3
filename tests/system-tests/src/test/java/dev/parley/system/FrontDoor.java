package dev.parley.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;

/** A load balancer in a few lines: hands every connection to the first gateway that takes it. */
final class FrontDoor implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<URI> gateways;

    FrontDoor(List<URI> gateways) throws IOException {
        this.gateways = gateways;
        Thread.ofVirtual().start(this::serve);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        for (URI gateway : gateways) {
            try {
                Socket upstream = new Socket();
                upstream.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), 1_000);
                Thread.ofVirtual().start(() -> pump(client, upstream));
                pump(upstream, client);
                return;
            } catch (IOException e) {
                // The next one.
            }
        }
        close(client);
    }

    /** Copies until one of them has ended, and ends the other. */
    private static void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // One of them has gone; so does the other.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
