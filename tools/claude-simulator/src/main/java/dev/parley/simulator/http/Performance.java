package dev.parley.simulator.http;

import dev.parley.simulator.ledger.Outcome;
import dev.parley.simulator.ledger.Visit;
import dev.parley.simulator.script.Cue;
import dev.parley.simulator.script.Ending;
import dev.parley.simulator.script.Script;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** Carries a script out on one response. Runs on the event loop of the connection. */
final class Performance {
    private final HttpServerResponse response;
    private final Channel channel;
    private final Visit visit;
    private final EventLoop loop;
    private final long begun;

    Performance(HttpServerResponse response, Channel channel, Visit visit) {
        this.response = response;
        this.channel = channel;
        this.visit = visit;
        this.loop = channel.eventLoop();
        this.begun = loop.ticker().nanoTime();
    }

    Mono<Void> of(Script script) {
        GenericFutureListener<Future<? super Void>> gone = _ -> visit.end(Outcome.CANCELLED);
        var _ = channel.closeFuture().addListener(gone);
        return perform(script).doFinally(_ -> {
            var _ = channel.closeFuture().removeListener(gone);
        });
    }

    private Mono<Void> perform(Script script) {
        return switch (script) {
            case Script.Wordless(Ending ending) -> end(ending);
            case Script.Spoken spoken -> wait(spoken.cues().getFirst().at()).then(Mono.defer(() -> speak(spoken)));
        };
    }

    private Mono<Void> speak(Script.Spoken spoken) {
        response.status(spoken.status());
        spoken.headers().forEach(response::header);
        visit.headSent(spoken.status());
        Mono<ByteBuf> ending = Mono.defer(() -> end(spoken.ending())).cast(ByteBuf.class);
        return response.send(
                        Speech.of(spoken.cues(), spoken.framing(), loop, begun, notes(spoken.ending()))
                                .concatWith(ending),
                        _ -> true)
                .then();
    }

    /** Counts tokens, and counts a response as completed before a client can know that it is. */
    private Speech.Listener notes(Ending ending) {
        return new Speech.Listener() {
            @Override
            public void saying(Cue cue) {
                if (cue.token()) {
                    visit.tokenSent();
                }
            }

            @Override
            public void sayingLast() {
                if (ending == Ending.CLEAN) {
                    visit.end(Outcome.COMPLETED);
                }
            }
        };
    }

    private Mono<Void> end(Ending ending) {
        if (Closing.breaks(ending)) {
            visit.end(Outcome.BROKEN);
        }
        Closing.arrange(ending, channel);
        return ending == Ending.CLEAN ? Mono.empty() : Mono.never();
    }

    private Mono<Void> wait(Duration delay) {
        return delay.isZero()
                ? Mono.empty()
                : Mono.create(sink -> {
                    var timer = loop.schedule(() -> sink.success(), delay.toNanos(), TimeUnit.NANOSECONDS);
                    sink.onDispose(() -> timer.cancel(false));
                });
    }
}
