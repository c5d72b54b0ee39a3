package dev.parley.inference.claude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.generation.Claude.Piece;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class HttpAnswerStreamTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ReadTimeouts readTimeouts = ReadTimeouts.start();
    private final HttpAnswerStream answer = new HttpAnswerStream(readTimeouts, () -> {});

    HttpAnswerStreamTest() {
        answer.onSubscribe(new Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
        });
    }

    @AfterEach
    void closes() {
        answer.close();
        readTimeouts.close();
    }

    @Test
    void reportsAReadTimeout() throws InterruptedException {
        assertThat(answer.next(SHORT)).isInstanceOf(Piece.Silence.class);
        assertThat(answer.next(SHORT)).isInstanceOf(Piece.Silence.class);
    }

    @Test
    void returnsAvailableBytes() throws InterruptedException {
        answer.onNext(List.of(bytes("a"), bytes("b")));
        answer.onNext(List.of(bytes("c")));
        answer.onComplete();
        assertThat(answer.next(SHORT))
                .isInstanceOfSatisfying(
                        Piece.Bytes.class,
                        piece -> assertThat(new String(piece.bytes(), UTF_8)).isEqualTo("abc"));
        assertThat(answer.next(SHORT)).isInstanceOf(Piece.End.class);
    }

    @Test
    void aLateReadTimeoutDoesNotEndALaterRead() throws InterruptedException {
        answer.onNext(List.of(bytes("a")));
        answer.checkTimeout(System.nanoTime());
        assertThat(answer.next(LONG)).isInstanceOf(Piece.Bytes.class);
        Thread later = Thread.startVirtualThread(() -> {
            answer.checkTimeout(System.nanoTime());
            answer.onNext(List.of(bytes("b")));
        });
        assertThat(answer.next(LONG)).isInstanceOf(Piece.Bytes.class);
        later.join();
    }

    @Test
    void abandoningTheAnswerEndsAWait() throws InterruptedException {
        Thread.startVirtualThread(answer::abandon);
        assertThat(answer.next(LONG)).isInstanceOf(Piece.Break.class);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
