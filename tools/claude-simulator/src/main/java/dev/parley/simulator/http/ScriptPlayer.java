package dev.parley.simulator.http;

import dev.parley.simulator.api.RequestLog;
import dev.parley.simulator.api.RequestLog.Outcome;
import dev.parley.simulator.script.ScriptEvent;
import dev.parley.simulator.script.StreamScript;
import dev.parley.simulator.script.StreamScript.End;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Plays a script on one response. Runs on the event loop of the connection: no thread waits, and a response has at most
 * one timer. If the client reads slowly, events wait until it has read, and are then sent at once.
 */
final class ScriptPlayer {
    private final StreamScript script;
    private final HttpServerResponse response;
    private final Channel channel;
    private final RequestLog.Entry entry;
    private final EventLoop loop;
    private final long begun;

    /** A player for a request that has just been received completely. */
    ScriptPlayer(StreamScript script, HttpServerResponse response, Channel channel, RequestLog.Entry entry) {
        this.script = script;
        this.response = response;
        this.channel = channel;
        this.entry = entry;
        this.loop = channel.eventLoop();
        this.begun = loop.ticker().nanoTime();
    }

    Mono<Void> play() {
        GenericFutureListener<Future<? super Void>> cancelled = _ -> entry.end(Outcome.CANCELLED);
        var _ = channel.closeFuture().addListener(cancelled);
        Mono<Void> played = script.events().isEmpty()
                ? Mono.defer(() -> completes() ? Mono.empty() : Mono.never())
                : untilFirst().then(Mono.defer(this::respond));
        return played.doFinally(_ -> {
            var _ = channel.closeFuture().removeListener(cancelled);
        });
    }

    private Mono<Void> untilFirst() {
        long left = nanosUntil(script.events().getFirst());
        return left <= 0
                ? Mono.empty()
                : Mono.create(sink -> {
                    var timer = loop.schedule(() -> sink.success(), left, TimeUnit.NANOSECONDS);
                    sink.onDispose(() -> timer.cancel(false));
                });
    }

    private Mono<Void> respond() {
        response.status(script.status());
        script.headers().forEach(response::header);
        entry.headSent(script.status());
        // In a task of its own: within the read of a request Netty would combine writes, also those of single bytes.
        Flux<ByteBuf> body =
                Flux.<ByteBuf>create(sink -> new Body(sink).start()).subscribeOn(Schedulers.fromExecutor(loop));
        return response.send(body, _ -> true).then();
    }

    /** Sends each event when it is due and what was sent before has been taken. A task and no operators for each. */
    private final class Body {
        private final FluxSink<ByteBuf> sink;
        /** What is left of the event that is being sent. */
        private final Queue<ByteBuf> pieces = new ArrayDeque<>();

        private int next;
        private boolean ended;
        private @Nullable Future<?> timer;

        Body(FluxSink<ByteBuf> sink) {
            this.sink = sink;
        }

        void start() {
            sink.onDispose(() -> {
                if (timer != null) {
                    timer.cancel(false);
                }
                pieces.forEach(ByteBuf::release);
                pieces.clear();
            });
            sink.onRequest(_ -> send());
        }

        private void send() {
            while (timer == null && !sink.isCancelled() && sink.requestedFromDownstream() > 0) {
                if (!pieces.isEmpty()) {
                    sink.next(pieces.remove());
                } else if (next < script.events().size()) {
                    sendNext(script.events().get(next));
                } else {
                    end();
                    return;
                }
            }
        }

        private void sendNext(ScriptEvent event) {
            long left = nanosUntil(event);
            if (left > 0) {
                timer = loop.schedule(this::resume, left, TimeUnit.NANOSECONDS);
            } else {
                next++;
                begin(event);
            }
        }

        private void end() {
            if (!ended) {
                ended = true;
                if (completes()) {
                    sink.complete();
                }
            }
        }

        private void resume() {
            timer = null;
            send();
        }

        /** A response is completed in the log before the client can have received its last bytes. */
        private void begin(ScriptEvent event) {
            if (event.token()) {
                entry.tokenSent();
            }
            if (next == script.events().size() && script.end() == End.COMPLETE) {
                entry.end(Outcome.COMPLETED);
            }
            String text = event.text().get();
            switch (script.framing()) {
                case PLAIN -> pieces.add(buffer(text));
                case CRLF -> pieces.add(buffer(text.replace("\n", "\r\n")));
                case BYTEWISE -> {
                    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
                        pieces.add(Unpooled.wrappedBuffer(new byte[] {one}));
                    }
                }
            }
        }
    }

    /** Whether the response ends. Otherwise it remains open: it ends with its stream or with the connection. */
    private boolean completes() {
        if (script.end() == End.COMPLETE) {
            return true;
        }
        if (script.end() != End.STALL) {
            entry.end(Outcome.BROKEN);
        }
        ResponseBreaker.breakOff(script.end(), channel);
        return false;
    }

    private long nanosUntil(ScriptEvent event) {
        return event.at().toNanos() - (loop.ticker().nanoTime() - begun);
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
