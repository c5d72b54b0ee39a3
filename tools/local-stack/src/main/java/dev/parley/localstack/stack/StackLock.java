package dev.parley.localstack.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Held while processes are started or stopped, so that two commands do not do so at the same time. */
public final class StackLock {
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private StackLock() {}

    /**
     * Does something when it is its turn.
     *
     * @param atMost how long to wait for the turn
     * @param onWait called once if another command holds the lock
     * @throws IllegalStateException if the other command does not give it up in time
     */
    public static <T> T holding(Path directory, Duration atMost, Runnable onWait, Supplier<T> action) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve("lock");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                await(channel, atMost, onWait);
                return action.get();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + directory, e);
        }
    }

    private static void await(FileChannel channel, Duration atMost, Runnable onWait) throws IOException {
        if (locked(channel)) {
            return;
        }
        onWait.run();
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!locked(channel)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "another ./parley has been starting or stopping processes for " + atMost.toSeconds() + " s");
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
    }

    /** Takes the lock, which is given back with the channel. */
    private static boolean locked(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        return lock != null;
    }
}
