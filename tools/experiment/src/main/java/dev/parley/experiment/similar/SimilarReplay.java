package dev.parley.experiment.similar;

import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.QuestionVector;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReuseDecision;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import dev.parley.similar.VectorIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PriorityQueue;

/**
 * Replays past questions through the caches of the service, in the order in which they came: the exact one, then the gates of that
 * for similar questions. An answer can be reused by questions that came after its end, for the lifetime of the caches. A question
 * that was answered by one of them stores nothing. Used once.
 */
public final class SimilarReplay {
    /** As {@code parley.inference.similar.partition-max}. */
    private static final int PARTITION_MAX = 10_000;

    private final QuestionReader reader;
    private final SimilarQuestions gates;
    private final Thresholds thresholds;
    private final Duration lifetime;
    private final Map<Fingerprint, VectorIndex<PastQuestion>> partitions = new HashMap<>();

    /** The ends of the answers in the exact cache, by the fingerprints of their requests. */
    private final Map<Fingerprint, Instant> answered = new HashMap<>();

    private final PriorityQueue<Stored> running = new PriorityQueue<>(
            Comparator.comparing((Stored stored) -> stored.question().endedAt()));

    public SimilarReplay(QuestionReader reader, SimilarQuestions gates, Thresholds thresholds, Duration lifetime) {
        this.reader = reader;
        this.gates = gates;
        this.thresholds = thresholds;
        this.lifetime = lifetime;
    }

    /** A question that would have been answered with an earlier answer. */
    public record Hit(PastQuestion asked, PastQuestion source, SimilarCheck check) {}

    /**
     * What the caches would have done.
     *
     * @param lookedUp the wanted questions that the cache of similar questions would have been asked for
     * @param hits those of them that it would have answered
     */
    public record Result(long lookedUp, List<Hit> hits) {}

    /**
     * An answer that is stored at its end.
     *
     * @param vector if similar questions may have it
     */
    private record Stored(PastQuestion question, Optional<QuestionVector> vector) {}

    /** Replays all questions, in any order. Takes milliseconds of processor time for each. */
    public Result replay(List<PastQuestion> questions) {
        List<PastQuestion> inOrder = questions.stream()
                .sorted(Comparator.comparing(PastQuestion::receivedAt)
                        .thenComparing(question -> question.generation().value()))
                .toList();
        long lookedUp = 0;
        List<Hit> hits = new ArrayList<>();
        for (PastQuestion question : inOrder) {
            store(question.receivedAt());
            if (question.looksUp() && isAnswered(question)) {
                continue;
            }
            boolean asks = question.looksUp() && question.wanted();
            lookedUp += asks ? 1 : 0;
            Optional<Eligible> eligible = eligible(question);
            Optional<Hit> hit = eligible.filter(_ -> asks).flatMap(asked -> hit(question, asked));
            hit.ifPresent(hits::add);
            if (hit.isEmpty() && question.cached()) {
                running.add(new Stored(
                        question, eligible.filter(_ -> question.serves()).map(Eligible::vector)));
            }
        }
        return new Result(lookedUp, hits);
    }

    private Optional<Eligible> eligible(PastQuestion question) {
        return reader.read(question.text()) instanceof Eligible asked ? Optional.of(asked) : Optional.empty();
    }

    /** Whether the exact cache has the answer to the same request. */
    private boolean isAnswered(PastQuestion question) {
        Instant endedAt = answered.get(question.fingerprint());
        return endedAt != null && endedAt.plus(lifetime).isAfter(question.receivedAt());
    }

    /** Stores the answers that ended before a time. One that serves no similar questions removes that of an equal request. */
    private void store(Instant time) {
        while (!running.isEmpty() && running.element().question().endedAt().isBefore(time)) {
            Stored stored = running.remove();
            PastQuestion question = stored.question();
            answered.put(question.fingerprint(), question.endedAt());
            VectorIndex<PastQuestion> index = partitions.computeIfAbsent(
                    question.partition(), _ -> new VectorIndex<>(PARTITION_MAX, PastQuestion::fingerprint));
            stored.vector().ifPresentOrElse(vector -> index.add(question, vector), () -> index.remove(question));
        }
    }

    private Optional<Hit> hit(PastQuestion question, Eligible asked) {
        VectorIndex<PastQuestion> index = partitions.get(question.partition());
        if (index == null) {
            return Optional.empty();
        }
        ReuseDecision<PastQuestion> decision = gates.decide(
                asked,
                index.nearest(asked.vector(), SimilarQuestions.NEAREST_MAX, thresholds.candidateMin()),
                stored -> text(stored, question.receivedAt(), index),
                thresholds);
        if (!(decision instanceof ReuseDecision.Reuse<PastQuestion>(var source, var cosine, var guard))) {
            return Optional.empty();
        }
        index.used(source);
        SimilarCheck check = SimilarCheck.of(
                SimilarCheck.REUSED, OptionalDouble.of(cosine), guard, Optional.of(source.generation()));
        return Optional.of(new Hit(question, source, check));
    }

    /** The text of a stored question; empty if its time is over, and then it is removed. */
    private Optional<String> text(PastQuestion stored, Instant at, VectorIndex<PastQuestion> index) {
        if (stored.endedAt().plus(lifetime).isAfter(at)) {
            return Optional.of(stored.text());
        }
        index.remove(stored);
        return Optional.empty();
    }
}
