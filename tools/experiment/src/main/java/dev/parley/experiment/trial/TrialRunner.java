package dev.parley.experiment.trial;

import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.Judgement;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.trial.Reply.Answered;
import dev.parley.experiment.trial.Reply.Refused;
import dev.parley.router.QuestionScorer;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs trials: asks the other model, then the judge in both orders. Thread-safe. */
public final class TrialRunner {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;

    private final String experiment;
    private final Claude claude;
    private final String judge;
    private final Prices prices;
    private final QuestionScorer scorer;
    private final Clock clock;

    public TrialRunner(
            String experiment, Claude claude, String judge, Prices prices, QuestionScorer scorer, Clock clock) {
        this.experiment = experiment;
        this.claude = claude;
        this.judge = judge;
        this.prices = prices;
        this.scorer = scorer;
        this.clock = clock;
    }

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

    /** The event before a trial. */
    public TrialStarted started(PastTurn turn, String model, Optional<BigDecimal> costUsdAtMost) {
        TurnFacts facts = turn.facts();
        return new TrialStarted(
                experiment,
                facts.generation(),
                facts.conversation(),
                facts.tenant(),
                model,
                costUsdAtMost,
                clock.instant());
    }

    /**
     * Asks a turn again of a model.
     *
     * @throws RefusedException if the key or the name of a model is wrong
     */
    public TrialEvent run(PastTurn turn, String model) throws InterruptedException {
        return switch (claude.ask(turn.askOf(model))) {
            case Refused refused -> failed(turn, model, "answer", refused, model, Optional.of(BigDecimal.ZERO));
            case Answered answer -> judged(turn, model, answer.message(), tried(answer));
        };
    }

    private Tried tried(Answered answer) {
        return new Tried(
                new AnswerFacts(
                        answer.model(),
                        answer.stopReason(),
                        answer.usage(),
                        prices.cost(answer.model(), answer.usage()),
                        answer.firstTokenMs(),
                        OptionalDouble.of(answer.totalMs())),
                answer.message(),
                Optional.empty());
    }

    /**
     * Compares the answer of a turn with an earlier answer.
     *
     * @param model names what is tried
     * @param check why the earlier answer would have been reused
     * @throws RefusedException if the key or the name of the judge is wrong
     */
    public TrialEvent compare(PastTurn turn, String model, PastTurn earlier, SimilarCheck check)
            throws InterruptedException {
        AnswerFacts free = new AnswerFacts(
                earlier.model(),
                earlier.message().path("stop_reason").stringValue(""),
                Usage.NONE,
                Optional.of(BigDecimal.ZERO),
                OptionalDouble.empty(),
                OptionalDouble.empty());
        // Without the text, which may be of another conversation, so that its deletion leaves no copy.
        ObjectNode message = earlier.message().deepCopy().asObject();
        message.putArray("content");
        return judged(turn, model, earlier.message(), new Tried(free, message, Optional.of(check)));
    }

    /** What is compared with the answer of the turn: what it took, and what the event has of it. */
    private record Tried(AnswerFacts facts, JsonNode message, Optional<SimilarCheck> check) {}

    private TrialEvent judged(PastTurn turn, String model, JsonNode answer, Tried tried) throws InterruptedException {
        Optional<BigDecimal> spent = tried.facts().costUsd();
        Reply first = claude.ask(Comparison.request(judge, turn, answer, turn.message()));
        if (!(first instanceof Answered placedFirst)) {
            return failed(turn, model, "judgement", (Refused) first, judge, spent);
        }
        spent = sum(spent, prices.cost(placedFirst.model(), placedFirst.usage()));
        Reply second = claude.ask(Comparison.request(judge, turn, turn.message(), answer));
        if (!(second instanceof Answered placedSecond)) {
            return failed(turn, model, "judgement", (Refused) second, judge, spent);
        }
        Usage usage = placedFirst.usage().plus(placedSecond.usage());
        Optional<Verdict> asFirst = Comparison.verdict(placedFirst.message(), FIRST);
        Optional<Verdict> asSecond = Comparison.verdict(placedSecond.message(), SECOND);
        if (asFirst.isEmpty() || asSecond.isEmpty()) {
            Optional<BigDecimal> all = sum(spent, prices.cost(placedSecond.model(), placedSecond.usage()));
            return failed(turn, model, "judgement", "the reply of the judge is no verdict", all);
        }
        Judgement judgement = new Judgement(
                placedFirst.model(),
                Verdict.of(asFirst.get(), asSecond.get()),
                asFirst.get(),
                asSecond.get(),
                usage,
                sum(
                        prices.cost(placedFirst.model(), placedFirst.usage()),
                        prices.cost(placedSecond.model(), placedSecond.usage())));
        return completed(turn, model, tried, judgement);
    }

    private TrialCompleted completed(PastTurn turn, String model, Tried tried, Judgement judgement) {
        TurnFacts facts = turn.facts();
        return new TrialCompleted(
                experiment,
                facts.generation(),
                facts.conversation(),
                facts.tenant(),
                model,
                turn.kind(),
                scorer.score(turn.traits().first()),
                turn.answer(),
                tried.facts(),
                judgement,
                tried.check(),
                tried.message(),
                clock.instant());
    }

    private TrialFailed failed(
            PastTurn turn, String model, String stage, Refused refused, String asked, Optional<BigDecimal> spent) {
        TrialFailed trial = failed(turn, model, stage, refused.reason(), refused.billed() ? Optional.empty() : spent);
        if (refused.concernsAll()) {
            throw new RefusedException(asked, refused, trial);
        }
        return trial;
    }

    private TrialFailed failed(PastTurn turn, String model, String stage, String reason, Optional<BigDecimal> spent) {
        TurnFacts facts = turn.facts();
        return new TrialFailed(
                experiment,
                facts.generation(),
                facts.conversation(),
                facts.tenant(),
                model,
                stage,
                reason,
                spent,
                clock.instant());
    }

    /** The cost of a trial; empty if a part of it is unknown. */
    public static Optional<BigDecimal> cost(TrialEvent event) {
        return switch (event) {
            case TrialStarted started -> started.costUsdAtMost();
            case TrialCompleted done ->
                sum(done.trial().costUsd(), done.judgement().costUsd());
            case TrialFailed failed -> failed.costUsd();
        };
    }

    private static Optional<BigDecimal> sum(Optional<BigDecimal> one, Optional<BigDecimal> other) {
        return one.flatMap(first -> other.map(first::add));
    }
}
