package dev.parley.gateway.answer;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.id.GenerationId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live answers of this gateway, each until its response has ended, and the generations that go on without their readers. Requests
 * open and close them; the thread that tails the log fills them.
 */
public final class OpenAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAnswers.class);

    private record Open(OpenAnswer answer, Runnable closed) {}

    /**
     * A generation that goes on without its reader.
     *
     * @param since by {@link System#nanoTime()}
     */
    private record Left(long since, Runnable whenOver) {}

    private final Map<GenerationId, Open> open = new ConcurrentHashMap<>();
    private final Map<GenerationId, Left> left = new ConcurrentHashMap<>();
    private final AnswerSettings settings;
    private final LongSupplier nanoTime;

    public OpenAnswers(AnswerSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /**
     * Starts to collect the pieces of a generation. The caller bounds the number of open answers.
     *
     * @param room whether so many bytes more may wait for its reader, if that is slow
     * @param ended gets the bytes of its events when the last piece has arrived, on the thread that tails the log
     * @param closed runs once, when the answer is closed
     */
    public OpenAnswer open(GenerationId generation, LongPredicate room, LongConsumer ended, Runnable closed) {
        OpenAnswer answer = new OpenAnswer(generation, settings, nanoTime.getAsLong(), room, ended);
        open.put(generation, new Open(answer, closed));
        return answer;
    }

    /** Closes an answer whose reader has received everything or has disconnected. */
    public void close(OpenAnswer answer) {
        Open found = open.get(answer.generation());
        if (found != null && found.answer() == answer && open.remove(answer.generation(), found)) {
            found.closed().run();
        }
    }

    /**
     * Closes an answer whose generation may go on without its reader. The caller bounds the number of these.
     *
     * @param whenOver runs when the marker of its turn has arrived, or after twice the longest duration of an answer: a generation may
     *     wait for an inference-service, and be taken over. Runs at once if the answer is over or closed
     */
    public void leave(OpenAnswer answer, Runnable whenOver) {
        GenerationId generation = answer.generation();
        if (open.containsKey(generation)) {
            // Before it is closed: the marker finds the answer, which is over then, or this.
            left.put(generation, new Left(nanoTime.getAsLong(), whenOver));
            close(answer);
            if (answer.isOver()) {
                over(generation);
            }
        } else if (!left.containsKey(generation)) {
            // The time limits have closed it.
            whenOver.run();
        }
    }

    private void over(GenerationId generation) {
        Left found = left.remove(generation);
        if (found != null) {
            found.whenOver().run();
        }
    }

    public int size() {
        return open.size();
    }

    /** Adds a record of the log. Records of generations that are neither open nor left here are ignored. */
    public void offer(int partition, long offset, Delta delta) {
        Open found = open.get(delta.generation());
        if (found != null) {
            OpenAnswer answer = found.answer();
            guard(answer, () -> answer.offer(partition, offset, delta, nanoTime.getAsLong()));
        }
        if (delta instanceof Recorded) {
            over(delta.generation());
        }
    }

    /** Runs a step so that a failure of one answer does not affect the others. */
    private static void guard(OpenAnswer answer, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("Delivery of {} failed", answer.generation(), e);
            answer.broken(e);
        }
    }

    /** Applies the time limits of all answers. Called about every second by the thread that tails the log. */
    public void tick() {
        long now = nanoTime.getAsLong();
        for (Open each : open.values()) {
            OpenAnswer answer = each.answer();
            guard(answer, () -> {
                if (!answer.tick(now)) {
                    close(answer);
                }
            });
        }
        long leftMax = 2 * settings.lifetimeMax().toNanos();
        left.forEach((generation, each) -> {
            if (now - each.since() > leftMax) {
                over(generation);
            }
        });
    }
}
