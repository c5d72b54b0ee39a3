package dev.parley.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.localstack.process.ManagedProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process whose log is a full pipe that is not read, as with a log collector that hangs. When closed, the pipe is read.
 */
final class UnreadLog implements AutoCloseable {
    private static final byte[] LINE = "x\n".getBytes(US_ASCII);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final Path file;
    private final Path saved;
    private final RandomAccessFile pipe;
    private final AtomicLong written = new AtomicLong();
    private volatile boolean read;

    private UnreadLog(ManagedProcess process) throws Exception {
        this.file = process.log();
        this.saved = file.resolveSibling(file.getFileName() + ".saved");
        process.stop();
        Files.move(file, saved);
        int status = new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
        if (status != 0) {
            throw new IOException("mkfifo ended with " + status);
        }
        // For reading and writing, so that neither this nor the process waits for the other end.
        this.pipe = new RandomAccessFile(file.toFile(), "rw");
    }

    static UnreadLog of(ManagedProcess process) throws Exception {
        UnreadLog log = new UnreadLog(process);
        process.start();
        Thread.ofPlatform().daemon().start(log::fill);
        log.awaitFull();
        return log;
    }

    private void awaitFull() throws InterruptedException {
        long before;
        do {
            before = written.get();
            Eventually.pause(BETWEEN_LOOKS);
        } while (written.get() > before);
    }

    /** Returns when the line is written during which reading began. */
    private void fill() {
        try {
            while (!read) {
                pipe.write(LINE);
                written.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the pipe cannot be filled", e);
        }
    }

    /** Reads until a line has one of these texts. */
    void readUntil(List<String> texts) throws IOException {
        read = true;
        String line;
        do {
            line = pipe.readLine();
        } while (texts.stream().noneMatch(line::contains));
    }

    /** Has the pipe read from now on, into the file. The process is not started again. */
    @Override
    public void close() throws IOException {
        read = true;
        Files.move(file, file.resolveSibling(file.getFileName() + ".pipe"));
        Files.move(saved, file);
        Thread.ofPlatform().daemon().start(this::copy);
    }

    /** Ends with this JVM. */
    private void copy() {
        byte[] part = new byte[8192];
        try (OutputStream log = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            while (true) {
                log.write(part, 0, pipe.read(part));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the pipe cannot be read", e);
        }
    }
}
