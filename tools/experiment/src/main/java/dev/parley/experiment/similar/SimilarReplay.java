package dev.parley.experiment.similar;

import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.similar.Decision;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.ReadQuestion.Eligible;
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
 * Replays past questions through the gates of the service, in the order in which they came. An answer can be reused by questions
 * that came after its end, for the lifetime of the cache. A question that was a hit stores nothing.
 */
public final class SimilarReplay {
    /** As {@code parley.inference.similar.partition-max}. */
    private static final int PARTITION_MAX = 10_000;

    private final QuestionReader reader;
    private final SimilarQuestions gates;
    private final Thresholds thresholds;
    private final Duration lifetime;
    private final Map<Fingerprint, VectorIndex<PastQuestion>> partitions = new HashMap<>();

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

    /** An answer that is stored at its end. */
    private record Stored(PastQuestion question, Eligible asked) {}

    /** The hits among all questions, in any order. Takes milliseconds of processor time for each question. */
    public List<Hit> hits(List<PastQuestion> questions) {
        List<PastQuestion> inOrder = questions.stream()
                .sorted(Comparator.comparing(PastQuestion::receivedAt)
                        .thenComparing(question -> question.generation().value()))
                .toList();
        List<Hit> hits = new ArrayList<>();
        for (PastQuestion question : inOrder) {
            store(question.receivedAt());
            if (reader.read(question.text()) instanceof Eligible asked) {
                Optional<Hit> hit = question.looksUp() ? hit(question, asked) : Optional.empty();
                hit.ifPresent(hits::add);
                if (hit.isEmpty() && question.serves()) {
                    running.add(new Stored(question, asked));
                }
            }
        }
        return hits;
    }

    /** Stores the answers that ended before a time. */
    private void store(Instant time) {
        while (!running.isEmpty() && running.element().question().endedAt().isBefore(time)) {
            Stored stored = running.remove();
            partitions
                    .computeIfAbsent(
                            stored.question().partition(),
                            _ -> new VectorIndex<>(PARTITION_MAX, PastQuestion::fingerprint))
                    .add(stored.question(), stored.asked().vector());
        }
    }

    private Optional<Hit> hit(PastQuestion question, Eligible asked) {
        VectorIndex<PastQuestion> index = partitions.get(question.partition());
        if (index == null) {
            return Optional.empty();
        }
        Decision<PastQuestion> decision = gates.decide(
                asked,
                index.nearest(asked.vector(), SimilarQuestions.NEAREST_MAX, SimilarQuestions.CANDIDATE_COSINE_MIN),
                stored -> text(stored, question.receivedAt(), index),
                thresholds);
        if (!(decision instanceof Decision.Reuse<PastQuestion>(var source, var cosine, var guard))) {
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
