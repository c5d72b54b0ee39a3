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
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
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
                ? Mono.defer(this::end).then()
                : untilDue(script.events().getFirst()).then(Mono.defer(this::respond));
        return played.doFinally(_ -> {
            var _ = channel.closeFuture().removeListener(cancelled);
        });
    }

    private Mono<Void> respond() {
        response.status(script.status());
        script.headers().forEach(response::header);
        entry.headSent(script.status());
        // In a task of its own: within the read of a request Netty would combine writes, also those of single bytes.
        Flux<ByteBuf> body = Flux.range(0, script.events().size())
                .concatMap(this::sendWhenDue)
                .concatWith(Mono.defer(this::end))
                .subscribeOn(Schedulers.fromExecutor(loop));
        return response.send(body, _ -> true).then();
    }

    private Publisher<ByteBuf> sendWhenDue(int position) {
        ScriptEvent event = script.events().get(position);
        return nanosUntil(event) <= 0 ? send(position) : untilDue(event).thenMany(Flux.defer(() -> send(position)));
    }

    /** The bytes of an event. A response is completed in the log before the client can have received its last bytes. */
    private Publisher<ByteBuf> send(int position) {
        ScriptEvent event = script.events().get(position);
        if (event.token()) {
            entry.tokenSent();
        }
        if (position == script.events().size() - 1 && script.end() == End.COMPLETE) {
            entry.end(Outcome.COMPLETED);
        }
        String text = event.text().get();
        return switch (script.framing()) {
            case PLAIN -> Mono.just(buffer(text));
            case CRLF -> Mono.just(buffer(text.replace("\n", "\r\n")));
            case BYTEWISE -> {
                ByteBuf bytes = buffer(text);
                yield Flux.range(0, bytes.readableBytes()).map(i -> bytes.copy(i, 1));
            }
        };
    }

    /** Unless it is complete, a response remains open: it ends with its stream or with the connection. */
    private Mono<ByteBuf> end() {
        if (script.end() == End.COMPLETE) {
            return Mono.empty();
        }
        if (script.end() != End.STALL) {
            entry.end(Outcome.BROKEN);
        }
        ResponseBreaker.breakOff(script.end(), channel);
        return Mono.never();
    }

    private Mono<Void> untilDue(ScriptEvent event) {
        long left = nanosUntil(event);
        return left <= 0
                ? Mono.empty()
                : Mono.create(sink -> {
                    var timer = loop.schedule(() -> sink.success(), left, TimeUnit.NANOSECONDS);
                    sink.onDispose(() -> timer.cancel(false));
                });
    }

    private long nanosUntil(ScriptEvent event) {
        return event.at().toNanos() - (loop.ticker().nanoTime() - begun);
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
