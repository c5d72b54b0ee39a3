package dev.parley.inference.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.inference.generation.AnswerEvents;
import dev.parley.inference.generation.calls.Claude;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fake of Claude that answers every call with a greeting and counts the calls. While it is held, answers stop before their
 * end, and have what is {@linkplain #say said}. Thread-safe.
 */
public final class GreetingClaude implements Claude {
    public static final String TEXT = "Good day";

    public static final String START = AnswerEvents.start("msg_1", 10);
    public static final String GREETING = AnswerEvents.text(TEXT);
    public static final String STOP = AnswerEvents.end(3);

    private final AtomicInteger calls = new AtomicInteger();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch held = new CountDownLatch(0);

    /** Stops all answers before their end. */
    public void hold() {
        held = new CountDownLatch(1);
    }

    /** Ends the hold: all answers run to their end. */
    public void release() {
        held.countDown();
    }

    /** Adds a text to all answers, those included that are asked for later. */
    public void say(String text) {
        said.add(AnswerEvents.text(text));
    }

    public int calls() {
        return calls.get();
    }

    @Override
    public CompletableFuture<Response> ask(Call call) {
        calls.incrementAndGet();
        return CompletableFuture.completedFuture(response());
    }

    /** The response to any call. */
    public Response response() {
        return new Response.Accepted(new Greeting(held, said), 200, "req_1");
    }

    private static final class Greeting implements AnswerStream {
        private final CountDownLatch held;
        private final List<String> said;
        private volatile boolean abandoned;
        private volatile boolean over;

        private Greeting(CountDownLatch held, List<String> said) {
            this.held = held;
            this.said = said;
        }

        @Override
        public void read(AnswerReader reader, Duration pause) {
            Thread.startVirtualThread(() -> {
                try {
                    pass(START + GREETING, reader);
                    int heard = 0;
                    while (!over && !held.await(10, TimeUnit.MILLISECONDS)) {
                        if (abandoned) {
                            reader.broken("abandoned");
                        }
                        for (; heard < said.size(); heard++) {
                            pass(said.get(heard), reader);
                        }
                    }
                    pass(STOP, reader);
                } catch (InterruptedException | RuntimeException e) {
                    reader.failed(e);
                }
            });
        }

        private void pass(String events, AnswerReader reader) {
            if (!over) {
                reader.received(ByteBuffer.wrap(events.getBytes(UTF_8)));
            }
            if (!over) {
                reader.batchEnded();
            }
        }

        @Override
        public void abandon() {
            abandoned = true;
        }

        @Override
        public void drain(Duration timeout) {
            close();
        }

        @Override
        public void close() {
            over = true;
        }
    }
}
