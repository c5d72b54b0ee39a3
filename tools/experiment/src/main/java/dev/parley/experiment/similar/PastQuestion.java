package dev.parley.experiment.similar;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.reuse.Fingerprints;
import dev.parley.contracts.reuse.QuestionPolicy;
import dev.parley.contracts.reuse.SimilarRequests;
import dev.parley.experiment.trial.PastTurn;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * A past turn as the caches see it.
 *
 * @param partition the tenant and everything in the request but the question: answers are only reused within it
 * @param fingerprint of the whole request
 * @param wanted whether the experiment is about this turn
 * @param looksUp whether the caches would have been asked
 * @param cached whether the answer would have been stored for the same request
 * @param serves whether it would have been stored for similar questions too
 */
public record PastQuestion(
        GenerationId generation,
        Fingerprint partition,
        Fingerprint fingerprint,
        String text,
        Instant receivedAt,
        Instant endedAt,
        boolean wanted,
        boolean looksUp,
        boolean cached,
        boolean serves,
        Optional<BigDecimal> costUsd) {
    /** What gateway-service assumes of a request without the header. A turn does not have it. */
    private static final String VERSION = "2023-06-01";

    /** Whether the partition of a turn can be told: its fingerprint is that of a request in the usual version, without betas. */
    public static boolean isKnown(PastTurn turn) {
        TurnFacts facts = turn.facts();
        return Fingerprints.of(
                        facts.tenant(),
                        VERSION,
                        "",
                        turn.request(),
                        facts.escalates().isPresent())
                .equals(facts.fingerprint());
    }

    /** The question of a turn; empty if the request does not permit the answer to another one, nor to be stored. */
    public static Optional<PastQuestion> of(PastTurn turn, boolean wanted) {
        TurnFacts facts = turn.facts();
        if (facts.escalates().isPresent() || facts.cachePolicy() == CachePolicy.NO_STORE) {
            return Optional.empty();
        }
        Optional<SimilarQuestion> question = SimilarRequests.question(
                SimilarMode.STANDARD,
                facts.tenant(),
                VERSION,
                "",
                turn.request(),
                facts.request().bytes().length);
        boolean looksUp = facts.cachePolicy() == CachePolicy.USE;
        boolean cached = turn.isCached();
        return question.map(asked -> new PastQuestion(
                facts.generation(),
                asked.partition(),
                facts.fingerprint(),
                asked.text(),
                facts.receivedAt(),
                facts.endedAt(),
                wanted,
                looksUp,
                cached,
                cached && looksUp && QuestionPolicy.servesSimilar(turn.message()),
                turn.costUsd()));
    }
}
