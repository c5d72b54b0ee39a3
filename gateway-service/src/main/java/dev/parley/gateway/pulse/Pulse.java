package dev.parley.gateway.pulse;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A snapshot a second for all who watch. The first watcher has what is shown read, from the log and the services, once for
 * all; when the last has gone, nothing is read any more. Who is slow misses snapshots.
 */
public final class Pulse {
    private static final Duration BEAT = Duration.ofSeconds(1);
    /** A page that is reloaded goes on. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final AtomicInteger watchers = new AtomicInteger();
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final int watchersMax;
    private final Flux<Snapshot> snapshots;

    /** What reads the log and the services, until it is closed. */
    public interface Reading extends AutoCloseable {
        /** May block for a moment. Never throws. */
        @Override
        void close();
    }

    /**
     * Makes one that nobody watches yet.
     *
     * @param watch makes an empty one
     * @param begin begins to read into it; may block for a moment
     * @param workers where snapshots are made
     */
    public Pulse(Supplier<Watch> watch, Function<Watch, Reading> begin, int watchersMax, Scheduler workers) {
        this.watchersMax = watchersMax;
        this.snapshots = Flux.defer(() -> {
                    Watch seen = watch.get();
                    return Flux.using(
                            () -> begin.apply(seen),
                            _ -> Flux.interval(Duration.ZERO, BEAT)
                                    .onBackpressureDrop()
                                    .publishOn(workers, 1)
                                    .map(_ -> seen.snapshot()),
                            Reading::close);
                })
                .takeUntilOther(closing.asMono())
                .subscribeOn(workers)
                .cancelOn(workers)
                .replay(1)
                .refCount(1, LINGER);
    }

    public boolean isFull() {
        return watchers.get() >= watchersMax;
    }

    /** Until the watcher goes or the gateway stops; nothing at all if as many watch as may. */
    public Flux<Snapshot> watch() {
        return Flux.defer(() -> {
            if (watchers.incrementAndGet() > watchersMax) {
                watchers.decrementAndGet();
                return Flux.empty();
            }
            return snapshots
                    .onBackpressureLatest()
                    .takeUntilOther(closing.asMono())
                    .doFinally(_ -> watchers.decrementAndGet());
        });
    }

    /** The gateway stops: nobody is kept waiting for. */
    public void close() {
        var _ = closing.tryEmitEmpty();
    }
}
