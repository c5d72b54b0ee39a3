package dev.parley.inference.claude;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.inference.generation.Claude.AnswerReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Records what it receives. */
class RecordingReader implements AnswerReader {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    volatile boolean room = true;
    Duration batchDelay = Duration.ZERO;
    final AtomicInteger pauses = new AtomicInteger();
    final AtomicInteger batches = new AtomicInteger();

    /** How it ended: {@code ended}, or the reason of the break. */
    CompletableFuture<String> end() {
        return end;
    }

    String text() {
        return text.toString(UTF_8);
    }

    /** The threads that called it. */
    List<String> threads() {
        return threads.stream().distinct().toList();
    }

    @Override
    public void received(ByteBuffer bytes) {
        threads.add(Thread.currentThread().getName());
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        text.writeBytes(copy);
    }

    @Override
    public Duration batchDelay() {
        return batchDelay;
    }

    @Override
    public void batchEnded() {
        threads.add(Thread.currentThread().getName());
        batches.incrementAndGet();
    }

    @Override
    public boolean hasRoom() {
        return room;
    }

    @Override
    public void paused() {
        threads.add(Thread.currentThread().getName());
        pauses.incrementAndGet();
    }

    @Override
    public void ended() {
        end.complete("ended");
    }

    @Override
    public void broken(String reason) {
        end.complete("broken: " + reason);
    }

    @Override
    public void failed(Throwable cause) {
        end.completeExceptionally(cause);
    }
}
