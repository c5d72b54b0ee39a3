package dev.parley.contracts.trial;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** An event of a trial: one past turn, asked again of another model by an experiment. */
public sealed interface TrialEvent {
    /** The longest name of an experiment, and its characters. */
    String EXPERIMENT_NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    String experiment();

    /** The past turn. An experiment asks it again only after trials that failed and cost nothing. */
    GenerationId generation();

    ConversationId conversation();

    TenantId tenant();

    /** The model that was asked, or {@code similar=} and the threshold. */
    String model();

    Instant at();

    /**
     * A trial is about to call Claude. A trial without a later event was interrupted, and is not repeated.
     *
     * @param costUsdAtMost the highest possible cost of the trial, in US dollars; empty (null in JSON) without a price
     */
    record TrialStarted(
            String experiment,
            GenerationId generation,
            ConversationId conversation,
            TenantId tenant,
            String model,
            Optional<BigDecimal> costUsdAtMost,
            Instant at)
            implements TrialEvent {}

    /**
     * The answer of the other model has been compared with the answer of the turn.
     *
     * @param kind of the question: the rule of the model router that applies, else {@code conversation} or {@code question}
     * @param score of the first question, as of the model router
     * @param original what the answer of the turn took
     * @param trial what the answer of the other model took
     * @param message the answer of the other model; without content if it is the one of {@code similar}
     * @param judgement the comparison
     * @param similar the earlier answer that the cache of similar questions would have given, instead of another model's
     */
    record TrialCompleted(
            String experiment,
            GenerationId generation,
            ConversationId conversation,
            TenantId tenant,
            String model,
            String kind,
            double score,
            AnswerFacts original,
            AnswerFacts trial,
            Judgement judgement,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<SimilarCheck> similar,
            JsonNode message,
            Instant at)
            implements TrialEvent {}

    /**
     * The other model, or the judge, gave no usable answer.
     *
     * @param stage {@code answer} or {@code judgement}
     * @param reason for people
     * @param costUsd what the trial cost nevertheless; empty (null in JSON) if unknown
     */
    record TrialFailed(
            String experiment,
            GenerationId generation,
            ConversationId conversation,
            TenantId tenant,
            String model,
            String stage,
            String reason,
            Optional<BigDecimal> costUsd,
            Instant at)
            implements TrialEvent {}
}
