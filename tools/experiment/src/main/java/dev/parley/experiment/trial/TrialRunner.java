package dev.parley.experiment.trial;

import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.price.RefusalBilling;
import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.Judgement;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.trial.Reply.Answered;
import dev.parley.experiment.trial.Reply.Refused;
import dev.parley.experiment.trial.Trial.AskedAgain;
import dev.parley.experiment.trial.Trial.Compared;
import dev.parley.router.QuestionScorer;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs trials: asks the other model, then the judge in both orders. Thread-safe.
 *
 * @param models the models to ask, by their names
 */
public record TrialRunner(
        String experiment,
        ClaudeApi claude,
        Function<String, AskedModel> models,
        TrialJudge judge,
        Prices prices,
        Clock clock) {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;
    private static final String JUDGEMENT = "judgement";
    private static final QuestionScorer SCORER = QuestionScorer.shipped();

    /** A refusal that every other trial would meet too. */
    public static final class RefusedException extends RuntimeException {
        private final String model;
        private final int status;
        private final transient TrialFailed trial;

        RefusedException(String model, Refused refused, TrialFailed trial) {
            super("Claude refuses calls of " + model + ": " + refused.reason());
            this.model = model;
            this.status = refused.status();
            this.trial = trial;
        }

        /** Whether Claude does not have this model, for the key at least. A wrong key is another error. */
        public boolean isUnknownModel(String name) {
            return (status == NOT_FOUND || status == FORBIDDEN) && model.equals(name);
        }

        /** The result of the trial that met it. */
        public TrialFailed trial() {
            return trial;
        }
    }

    public TrialStarted started(Trial trial, Optional<BigDecimal> costUsdAtMost) {
        TurnFacts facts = trial.turn().facts();
        return new TrialStarted(
                experiment,
                facts.generation(),
                facts.conversation(),
                facts.tenant(),
                trial.model(),
                costUsdAtMost,
                clock.instant());
    }

    /**
     * Runs a trial.
     *
     * @throws RefusedException if the key or the name of a model is wrong
     */
    public TrialEvent run(Trial trial) throws InterruptedException {
        return switch (trial) {
            case AskedAgain asked ->
                switch (claude.ask(asked.turn().askOf(models.apply(asked.model())))) {
                    case Refused refused ->
                        failed(trial, "answer", refused, asked.model(), Optional.of(BigDecimal.ZERO));
                    case Answered answer -> judged(trial, answer.message(), facts(answer));
                };
            case Compared compared -> judged(trial, compared.source().message(), reused(compared.source()));
        };
    }

    private AnswerFacts facts(Answered answer) {
        return new AnswerFacts(
                answer.model(),
                answer.stopReason(),
                answer.usage(),
                cost(answer),
                answer.firstTokenMs(),
                OptionalDouble.of(answer.totalMs()));
    }

    /** An earlier answer takes nothing. */
    private static AnswerFacts reused(PastTurn source) {
        return new AnswerFacts(
                source.model(),
                source.message().path("stop_reason").stringValue(""),
                Usage.NONE,
                Optional.of(BigDecimal.ZERO),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    /** Compares an answer, and what it took, with that of the turn. */
    private TrialEvent judged(Trial trial, JsonNode answer, AnswerFacts tried) throws InterruptedException {
        PastTurn turn = trial.turn();
        Optional<BigDecimal> spent = tried.costUsd();
        Reply first = claude.ask(Comparison.request(judge, turn, answer, turn.message()));
        if (!(first instanceof Answered placedFirst)) {
            return failed(trial, JUDGEMENT, (Refused) first, judge.model(), spent);
        }
        Reply second = claude.ask(Comparison.request(judge, turn, turn.message(), answer));
        if (!(second instanceof Answered placedSecond)) {
            return failed(trial, JUDGEMENT, (Refused) second, judge.model(), sum(spent, cost(placedFirst)));
        }
        Optional<BigDecimal> judgedFor = sum(cost(placedFirst), cost(placedSecond));
        Optional<Verdict> asFirst = Comparison.verdict(placedFirst.message(), FIRST);
        Optional<Verdict> asSecond = Comparison.verdict(placedSecond.message(), SECOND);
        if (asFirst.isEmpty() || asSecond.isEmpty()) {
            return failed(trial, JUDGEMENT, "the reply of the judge is no verdict", sum(spent, judgedFor));
        }
        Judgement judgement = new Judgement(
                placedFirst.model(),
                Verdict.of(asFirst.get(), asSecond.get()),
                asFirst.get(),
                asSecond.get(),
                placedFirst.usage().plus(placedSecond.usage()),
                judgedFor);
        return switch (trial) {
            case AskedAgain _ -> completed(trial, tried, judgement, Optional.empty(), answer);
            // Without the text, which may be of another conversation, so that its deletion leaves no copy.
            case Compared compared ->
                completed(trial, tried, judgement, Optional.of(compared.check()), withoutContent(answer));
        };
    }

    private static JsonNode withoutContent(JsonNode message) {
        ObjectNode copy = message.deepCopy().asObject();
        copy.putArray("content");
        return copy;
    }

    private TrialCompleted completed(
            Trial trial, AnswerFacts tried, Judgement judgement, Optional<SimilarCheck> check, JsonNode message) {
        PastTurn turn = trial.turn();
        TurnFacts facts = turn.facts();
        return new TrialCompleted(
                experiment,
                facts.generation(),
                facts.conversation(),
                facts.tenant(),
                trial.model(),
                turn.kind(),
                SCORER.score(turn.traits().first()),
                turn.answer(),
                tried,
                judgement,
                check,
                message,
                clock.instant());
    }

    private TrialFailed failed(Trial trial, String stage, Refused refused, String asked, Optional<BigDecimal> spent) {
        TrialFailed result = failed(trial, stage, refused.reason(), refused.billed() ? Optional.empty() : spent);
        if (refused.concernsAll()) {
            throw new RefusedException(asked, refused, result);
        }
        return result;
    }

    private TrialFailed failed(Trial trial, String stage, String reason, Optional<BigDecimal> spent) {
        TurnFacts facts = trial.turn().facts();
        return new TrialFailed(
                experiment,
                facts.generation(),
                facts.conversation(),
                facts.tenant(),
                trial.model(),
                stage,
                reason,
                spent,
                clock.instant());
    }

    private Optional<BigDecimal> cost(Answered answer) {
        return switch (RefusalBilling.of(answer.message())) {
            case BILLED -> prices.cost(answer.model(), answer.usage());
            case FREE -> Optional.of(BigDecimal.ZERO);
            case UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<BigDecimal> sum(Optional<BigDecimal> one, Optional<BigDecimal> other) {
        return one.flatMap(first -> other.map(first::add));
    }
}
