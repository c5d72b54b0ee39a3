package dev.parley.benchmarks.contestant;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** A slow way to a fast server: whatever is sent arrives this much later, and what comes back comes at once. */
public final class DelayLine implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int PARTS_MAX = 1_024;
    private static final int CONNECT_MILLIS_MAX = 5_000;

    private final ServerSocket door;
    private final InetSocketAddress server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Duration delay;

    private DelayLine(ServerSocket door, InetSocketAddress server, Duration delay) {
        this.door = door;
        this.server = server;
        this.delay = delay;
    }

    /** One to a port of this machine. */
    public static DelayLine to(int port, Duration delay) {
        try {
            InetAddress here = InetAddress.getLoopbackAddress();
            DelayLine line = new DelayLine(new ServerSocket(0, 100, here), new InetSocketAddress(here, port), delay);
            line.threads.execute(line::admit);
            return line;
        } catch (IOException e) {
            throw new IllegalStateException("no port can be listened at", e);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort());
    }

    /** From now on it is as slow as this. */
    public void delay(Duration now) {
        delay = now;
    }

    private void admit() {
        try {
            while (true) {
                Socket client = door.accept();
                sockets.add(client);
                threads.execute(() -> connect(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket client) {
        Socket upstream = new Socket();
        sockets.add(upstream);
        try {
            upstream.connect(server, CONNECT_MILLIS_MAX);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            BlockingQueue<Part> underWay = new ArrayBlockingQueue<>(PARTS_MAX);
            threads.execute(() -> take(client, upstream, underWay));
            threads.execute(() -> deliver(client, upstream, underWay));
            threads.execute(() -> bringBack(client, upstream));
        } catch (IOException e) {
            end(client, upstream);
        }
    }

    /** Bytes, and when they arrive; without bytes, the end. */
    private static final class Part {
        private final byte[] bytes;
        private final long due;

        Part(byte[] bytes, long due) {
            this.bytes = bytes;
            this.due = due;
        }
    }

    private void take(Socket client, Socket upstream, BlockingQueue<Part> underWay) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = client.getInputStream();
            int count;
            do {
                count = in.read(buffer);
                underWay.put(new Part(Arrays.copyOf(buffer, Math.max(0, count)), System.nanoTime() + delay.toNanos()));
            } while (count > 0);
        } catch (IOException | InterruptedException e) {
            end(client, upstream);
        }
    }

    private void deliver(Socket client, Socket upstream, BlockingQueue<Part> underWay) {
        try {
            OutputStream out = upstream.getOutputStream();
            for (Part part = underWay.take(); part.bytes.length > 0; part = underWay.take()) {
                for (long left = part.due - System.nanoTime(); left > 0; left = part.due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                out.write(part.bytes);
            }
        } catch (IOException | InterruptedException e) {
            // One side has gone, or the line.
        } finally {
            end(client, upstream);
        }
    }

    private void bringBack(Socket client, Socket upstream) {
        try {
            upstream.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // One side has gone.
        } finally {
            end(client, upstream);
        }
    }

    private void end(Socket... both) {
        for (Socket socket : both) {
            sockets.remove(socket);
            close(socket);
        }
    }

    private static void close(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            // It is closed now.
        }
    }

    @Override
    public void close() {
        close(door);
        sockets.forEach(DelayLine::close);
        threads.shutdownNow();
    }
}
