package dev.parley.inference.claude;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.inference.generation.calls.Claude.AnswerReader;
import dev.parley.inference.generation.calls.Claude.AnswerStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Records what it receives. Closes an answer that breaks, as every reader has to. */
class RecordingReader implements AnswerReader {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private Optional<AnswerStream> answer = Optional.empty();
    volatile boolean room = true;
    Duration batchDelay = Duration.ZERO;
    final AtomicInteger pauses = new AtomicInteger();
    final AtomicInteger batches = new AtomicInteger();

    void read(AnswerStream stream, Duration pause) {
        answer = Optional.of(stream);
        stream.read(this, pause);
    }

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
        answer.ifPresent(AnswerStream::close);
        end.complete("broken: " + reason);
    }

    @Override
    public void failed(Throwable cause) {
        answer.ifPresent(AnswerStream::close);
        end.completeExceptionally(cause);
    }
}
