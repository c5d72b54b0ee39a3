package dev.parley.simulator.http;

import dev.parley.simulator.script.Cue;
import dev.parley.simulator.script.EventEncoder;
import dev.parley.simulator.script.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Says cues when they are due. Owned by the event loop of the connection: no thread waits, and each stream has at most
 * one timer. A client that reads slowly is not sent more than it asks for; what is overdue by then comes at once.
 */
final class Speech implements Runnable {
    /** Is told on the event loop, right before bytes go out. */
    interface Listener {
        void saying(Cue cue);

        /** The last cue is being said. */
        void sayingLast();
    }

    private final List<Cue> cues;
    private final Framing framing;
    private final EventLoop loop;
    private final long begun;
    private final Listener listener;
    private final FluxSink<ByteBuf> sink;
    private int position;
    private boolean speaking;
    private boolean waiting;
    private boolean over;

    private Speech(
            List<Cue> cues, Framing framing, EventLoop loop, long begun, Listener listener, FluxSink<ByteBuf> sink) {
        this.cues = cues;
        this.framing = framing;
        this.loop = loop;
        this.begun = begun;
        this.listener = listener;
        this.sink = sink;
    }

    /**
     * The bytes of cues.
     *
     * @param begun when the request was complete, by the ticker of the loop
     */
    static Flux<ByteBuf> of(List<Cue> cues, Framing framing, EventLoop loop, long begun, Listener listener) {
        return Flux.create(sink -> {
            Speech speech = new Speech(cues, framing, loop, begun, listener, sink);
            sink.onDispose(() -> loop.execute(() -> speech.over = true));
            sink.onRequest(_ -> loop.execute(speech));
        });
    }

    /** Says what is due and sees to the next. */
    @Override
    public void run() {
        if (speaking || over) {
            return;
        }
        speaking = true;
        long due = 0;
        while (position < cues.size()) {
            // Asked once for each cue: asked again, its time could have come meanwhile, and nobody would be woken.
            due = due();
            if (due > 0 || sink.requestedFromDownstream() == 0) {
                break;
            }
            say(cues.get(position++));
        }
        speaking = false;
        if (position == cues.size()) {
            over = true;
            sink.complete();
        } else if (due > 0 && !waiting) {
            waiting = true;
            var _ = loop.schedule(this::wake, due, TimeUnit.NANOSECONDS);
        }
    }

    private void wake() {
        waiting = false;
        run();
    }

    private long due() {
        return nanos(cues.get(position).at()) - (loop.ticker().nanoTime() - begun);
    }

    private void say(Cue cue) {
        listener.saying(cue);
        if (position == cues.size()) {
            listener.sayingLast();
        }
        byte[] bytes = EventEncoder.bytes(cue.event());
        switch (framing) {
            case PLAIN -> sink.next(Unpooled.wrappedBuffer(bytes));
            case CRLF -> sink.next(Unpooled.copiedBuffer(crlf(bytes), StandardCharsets.UTF_8));
            case BYTEWISE -> {
                for (byte single : bytes) {
                    sink.next(Unpooled.wrappedBuffer(new byte[] {single}));
                }
            }
        }
    }

    private static String crlf(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).replace("\n", "\r\n");
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }
}
