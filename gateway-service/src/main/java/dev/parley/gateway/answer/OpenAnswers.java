package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.id.GenerationId;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers that this gateway is delivering, each until its response has ended. Opened and closed by requests, filled
 * by the thread that tails the log.
 */
public final class OpenAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAnswers.class);

    /** An answer, and what is to be done when nothing waits for it any more. */
    private record Open(OpenAnswer answer, Runnable closed) {}

    private final Map<GenerationId, Open> open = new ConcurrentHashMap<>();
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

    /**
     * Begins to collect the pieces of a generation.
     *
     * @param closed is run once, when the answer is closed; how many are open at once is for the caller to bound
     */
    public OpenAnswer open(GenerationId generation, Runnable closed) {
        OpenAnswer answer = new OpenAnswer(generation, settings, clock.instant());
        open.put(generation, new Open(answer, closed));
        return answer;
    }

    /** The reader is done, or gone. */
    public void close(OpenAnswer answer) {
        Open found = open.get(answer.generation());
        if (found != null && found.answer() == answer && open.remove(answer.generation(), found)) {
            found.closed().run();
        }
    }

    public int size() {
        return open.size();
    }

    /** A record of the log; for most gateways, most records are somebody else's. */
    public void offer(int partition, long offset, Delta delta) {
        Open found = open.get(delta.generation());
        if (found != null) {
            if (delta.last()) {
                ended.accept(delta.generation());
            }
            OpenAnswer answer = found.answer();
            guard(answer, () -> answer.offer(partition, offset, delta, clock.instant()));
        }
    }

    /** What fails with one answer must not keep the others from theirs. */
    private static void guard(OpenAnswer answer, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("{} cannot be delivered", answer.generation(), e);
            answer.broken(e);
        }
    }

    /** Lets time pass for all of them; to be called every second or so by the thread that fills them. */
    public void tick() {
        Instant now = clock.instant();
        for (Open each : open.values()) {
            OpenAnswer answer = each.answer();
            guard(answer, () -> {
                if (!answer.tick(now)) {
                    close(answer);
                }
            });
        }
    }
}
