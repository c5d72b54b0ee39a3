package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.id.GenerationId;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The answers that this gateway is delivering. Opened and closed by requests, filled by the thread that tails the log. */
public final class OpenAnswers {
    private final Map<GenerationId, OpenAnswer> open = new ConcurrentHashMap<>();
    private final AnswerSettings settings;
    private final Clock clock;
    private final Consumer<GenerationId> ended;

    /**
     * Makes it.
     *
     * @param ended is told of each answer of which the last piece has come, by the thread that fills them
     */
    public OpenAnswers(AnswerSettings settings, Clock clock, Consumer<GenerationId> ended) {
        this.settings = settings;
        this.clock = clock;
        this.ended = ended;
    }

    /** Begins to collect the pieces of a generation; empty if as many are open as may be. */
    public Optional<OpenAnswer> open(GenerationId generation) {
        if (open.size() >= settings.openMax()) {
            return Optional.empty();
        }
        OpenAnswer answer = new OpenAnswer(generation, settings, clock.instant());
        open.put(generation, answer);
        return Optional.of(answer);
    }

    /** The reader is done, or gone. */
    public void close(OpenAnswer answer) {
        open.remove(answer.generation(), answer);
    }

    public int size() {
        return open.size();
    }

    /** A record of the log; for most gateways, most records are somebody else's. */
    public void offer(int partition, long offset, Delta delta) {
        OpenAnswer answer = open.get(delta.generation());
        if (answer != null && delta.last()) {
            ended.accept(delta.generation());
        }
        if (answer != null && !answer.offer(partition, offset, delta, clock.instant())) {
            close(answer);
        }
    }

    public boolean isOpen(GenerationId generation) {
        return open.containsKey(generation);
    }

    /** Lets time pass for all of them; to be called every second or so by the thread that fills them. */
    public void tick() {
        Instant now = clock.instant();
        open.values().removeIf(answer -> !answer.tick(now));
    }
}
