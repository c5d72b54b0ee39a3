package dev.parley.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's key for Claude. If it is in a file, the file is read again from time to time, so that a new key needs no
 * restart. The file is read by a thread of this class; {@link #get} never blocks.
 */
public final class ClaudeKey implements Supplier<String>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClaudeKey.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final int BYTES_MAX = 4096;

    private final Path file;
    private volatile String key;
    private final ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("claude-key").factory());

    private ClaudeKey(Path file, String key) {
        this.file = file;
        this.key = key;
    }

    /**
     * The key of a file, which must have one and is read again every 10 s, or this one if there is no such file now.
     *
     * @throws IllegalArgumentException if the key cannot be a header, or the file has none
     */
    public static ClaudeKey start(String otherwise, Path file) {
        return start(otherwise, file, INTERVAL);
    }

    static ClaudeKey start(String otherwise, Path file, Duration interval) {
        if (!Files.exists(file)) {
            if (!isSendable(otherwise)) {
                throw new IllegalArgumentException(
                        "The key for Claude in ANTHROPIC_API_KEY is not one line of visible ASCII characters");
            }
            return new ClaudeKey(file, otherwise);
        }
        try {
            ClaudeKey key = new ClaudeKey(file, read(file));
            var _ = key.reader.scheduleWithFixedDelay(
                    key::refresh, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
            return key;
        } catch (IOException e) {
            throw new IllegalArgumentException("The key for Claude cannot be read: " + e, e);
        }
    }

    @Override
    public String get() {
        return key;
    }

    /** Keeps the key that it has if the file has none. */
    void refresh() {
        try {
            String read = read(file);
            if (!read.equals(key)) {
                key = read;
                LOG.info("The key for Claude has changed");
            }
        } catch (IOException e) {
            LOG.warn("The key for Claude cannot be read again; the last one stays in use: {}", e.toString());
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String key = new String(in.readNBytes(BYTES_MAX), UTF_8).strip();
            if (key.isEmpty() || !isSendable(key)) {
                throw new IOException(file + " has no key: one line of visible ASCII characters");
            }
            return key;
        }
    }

    private static boolean isSendable(String key) {
        return key.chars().allMatch(c -> c > ' ' && c < 127);
    }

    @Override
    public void close() {
        reader.shutdownNow();
    }
}
