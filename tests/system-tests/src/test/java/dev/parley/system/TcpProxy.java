package dev.parley.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy in front of a server. It can be cut, which stops all data without closing connections and delivers it
 * later, and it can delay replies.
 */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int CONNECT_MILLIS = 5_000;

    private final ServerSocket listener;
    private final int target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean cut;
    private long replyNanos;

    /** Listens on a local port and forwards to another. */
    TcpProxy(int port, int target) throws IOException {
        this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        threads.execute(this::admit);
    }

    void cut() {
        set(true, 0);
    }

    void restore() {
        set(false, 0);
    }

    /** Delays each reply until {@link #restore()}, one after the other on a connection. */
    void slow(Duration reply) {
        set(false, reply.toNanos());
    }

    private void set(boolean isCut, long nanos) {
        lock.lock();
        try {
            cut = isCut;
            replyNanos = nanos;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void admit() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                threads.execute(() -> connect(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        sockets.add(server);
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            threads.execute(() -> forward(client, server, false));
            threads.execute(() -> forward(server, client, true));
        } catch (IOException e) {
            end(client, server);
        }
    }

    private void forward(Socket from, Socket to, boolean replies) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitPassage(replies);
                out.write(buffer, 0, count);
            }
        } catch (IOException | InterruptedException e) {
            // A side or the proxy is closed.
        } finally {
            end(from, to);
        }
    }

    private void awaitPassage(boolean isReply) throws InterruptedException {
        long since = System.nanoTime();
        lock.lockInterruptibly();
        try {
            while (cut) {
                changed.await();
            }
            long left = replyNanos;
            while (isReply && left > 0) {
                long _ = changed.awaitNanos(left);
                left = replyNanos - (System.nanoTime() - since);
            }
        } finally {
            lock.unlock();
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
            // Already closed.
        }
    }

    @Override
    public void close() {
        close(listener);
        sockets.forEach(TcpProxy::close);
        threads.shutdownNow();
    }
}
