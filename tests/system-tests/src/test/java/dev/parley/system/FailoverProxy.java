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

/** A TCP load balancer that forwards each connection to the first reachable gateway. */
final class FailoverProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<URI> gateways;

    FailoverProxy(List<URI> gateways) throws IOException {
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
                // Try the next gateway.
            }
        }
        close(client);
    }

    /** Copies until one side ends, then closes both. */
    private static void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // One side is closed; the other one is closed below.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Already closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
