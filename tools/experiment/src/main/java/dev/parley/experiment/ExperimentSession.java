package dev.parley.experiment;

import dev.parley.eventlog.KafkaClients;
import dev.parley.experiment.ExperimentRun.Earlier;
import dev.parley.experiment.calibration.JudgedTrials;
import dev.parley.experiment.claude.ClaudeClient;
import dev.parley.experiment.kafka.LiveDeletions;
import dev.parley.experiment.kafka.PastTurns;
import dev.parley.experiment.kafka.SimilarTurns;
import dev.parley.experiment.kafka.TrialLog;
import dev.parley.experiment.kafka.TrialPublisher;
import dev.parley.experiment.kafka.TurnFilter;
import dev.parley.experiment.report.Report;
import dev.parley.experiment.similar.SimilarReplay;
import dev.parley.experiment.trial.Target;
import dev.parley.experiment.trial.Trial;
import dev.parley.experiment.trial.TrialCost;
import dev.parley.experiment.trial.TrialRunner;
import dev.parley.replay.InterruptHandler;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.output.Progress;
import dev.parley.replay.selection.UsageException;
import dev.parley.router.ModelPair;
import dev.parley.router.ModelRouter;
import dev.parley.similar.Eligibility;
import dev.parley.similar.Guard;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** One run of an experiment: draws the sample, runs the trials that are left, and reads the results. */
record ExperimentSession(String experiment, TrialOptions options, ModelList models, Context context) {
    /** Before the threshold, in the name of what is tried. */
    static final String SIMILAR = "similar=";

    /** How long a run, or a mirror, that was interrupted waits for its running trials, and a run for its results. */
    static final Duration TRIAL_MAX = Duration.ofMinutes(2);

    static final String FINISHING =
            "Finishing the running trials, for %d minutes at most ...".formatted(TRIAL_MAX.toMinutes());

    static final String CUT = "Trials that had not ended were cut, and count as spent with what they cost at most.";

    /** @param trials of this and earlier runs */
    record Outcome(ExperimentRun.End end, TrialLog.Trials trials) {}

    /** Writes the results of a run, which an interrupted process waits for; returns the exit status. */
    @FunctionalInterface
    interface Conclusion {
        int conclude(Outcome outcome) throws IOException;
    }

    /**
     * Runs the experiment on a sample.
     *
     * @param fewest trials, below which it is refused before any call
     */
    int run(TurnFilter filter, Target target, int sample, int fewest, Conclusion conclusion)
            throws IOException, InterruptedException {
        try (TrialLog log = TrialLog.connect(context.kafka());
                TopicReader reader = context.reader()) {
            Earlier earlier = Earlier.of(log.events(experiment));
            if (target instanceof Target.OtherOfPair(ModelRouter router)) {
                requireTrialsOf(router.pair(), earlier);
            }
            PastTurns.Sample turns = new PastTurns(reader, options.since, filter, target)
                    .sample(experiment, earlier.left(sample), earlier.last().keySet());
            context.out()
                    .printf(
                            "Experiment %s: %,d turns match, %,d of them begin the answer and are left out, %,d have another model"
                                    + " to ask; ",
                            experiment, turns.answered(), turns.prefilled(), turns.eligible());
            return run(log, earlier, turns.candidates(), fewest, conclusion);
        }
    }

    /** Before any call, because trials of other models do not count for a calibration. */
    private void requireTrialsOf(ModelPair pair, Earlier earlier) {
        List<String> others = JudgedTrials.ofOtherModels(earlier.last().values(), pair);
        if (!others.isEmpty()) {
            throw new UsageException(
                    "experiment %s has trials of other models than %s and %s: %s; choose another --name"
                            .formatted(experiment, pair.strong(), pair.cheaper(), String.join(", ", others)));
        }
    }

    /**
     * Has a judge compare a sample of past turns with the answers that the cache of similar questions would have given.
     *
     * @param cosineMin the threshold
     * @param lifetime of an answer in the cache
     */
    int similar(TurnFilter filter, double cosineMin, Duration lifetime, int sample, Conclusion conclusion)
            throws IOException, InterruptedException {
        try (TrialLog log = TrialLog.connect(context.kafka());
                TopicReader reader = context.reader();
                OnnxEmbedder embedder = OnnxEmbedder.load();
                Guard guard = Guard.load()) {
            QuestionReader questions = new QuestionReader(new Eligibility(List.of()), embedder);
            SimilarReplay replay = new SimilarReplay(
                    questions,
                    new SimilarQuestions(questions, guard),
                    Thresholds.STANDARD.withCosineMin(cosineMin),
                    lifetime);
            Earlier earlier = Earlier.of(log.events(experiment));
            SimilarTurns.Sample turns = new SimilarTurns(reader, options.since, lifetime, filter, replay)
                    .sample(
                            experiment,
                            SIMILAR + cosineMin,
                            earlier.left(sample),
                            earlier.last().keySet());
            say(turns, cosineMin);
            return run(log, earlier, turns.trials(), 0, conclusion);
        }
    }

    /** SIGINT and SIGTERM end it after the trials that run, with what these have shown, or after {@link #TRIAL_MAX}. */
    private int run(TrialLog log, Earlier earlier, List<Trial> trials, int fewest, Conclusion conclusion)
            throws IOException, InterruptedException {
        int before = earlier.last().size();
        context.out().printf("%,d trials before, %,d now.%n", before, trials.size());
        context.out().flush();
        if (before + trials.size() < fewest) {
            throw new UsageException(
                    "%,d trials are too few: %,d are needed".formatted(before + trials.size(), fewest));
        }
        TrialCost costs = new TrialCost(models.priceList(), models.judge(options.calls.judge));
        requirePrices(trials, costs);
        // Not before this command cannot be refused any more: it ends another process that runs the experiment.
        try (TrialPublisher publisher = TrialPublisher.open(context.kafka(), experiment);
                InterruptHandler interrupts = interruptHandler(TRIAL_MAX, experiment, context::say)) {
            context.say(resume(experiment));
            Earlier untilNow = Earlier.of(log.events(experiment));
            List<Trial> left = trials.stream()
                    .filter(trial ->
                            !untilNow.last().containsKey(trial.turn().facts().generation()))
                    .toList();
            ExperimentRun.End end = trials(left, costs, publisher, untilNow, interrupts);
            return conclusion.conclude(new Outcome(end, log.trials(experiment, Optional.empty())));
        }
    }

    /** @param within how long it waits for the running trials and the report */
    static InterruptHandler interruptHandler(Duration within, String experiment, Consumer<String> notices) {
        return new InterruptHandler(
                within,
                inTime -> notices.accept(
                        "Stopped. " + (inTime ? "" : CUT + " Nothing was evaluated. ") + resume(experiment)));
    }

    private static String resume(String experiment) {
        return "The same command with --name " + experiment + " resumes the experiment.";
    }

    private void say(SimilarTurns.Sample turns, double cosineMin) {
        context.out()
                .printf(
                        Locale.ROOT,
                        "Experiment %s: %,d turns match, %,d of them in another API version or with betas. Of %,d that the cache"
                                + " of similar questions would have looked up, it would have answered %,d at %s: %s.%n"
                                + "These cost %s. All that match cost %s.%n",
                        experiment,
                        turns.answered(),
                        turns.unknown(),
                        turns.lookedUp(),
                        turns.hits(),
                        cosineMin,
                        Report.share(turns.hits(), turns.lookedUp()),
                        turns.hitsCost().text("turns"),
                        turns.answeredCost().text("turns"));
    }

    private ExperimentRun.End trials(
            List<Trial> candidates,
            TrialCost costs,
            TrialPublisher publisher,
            Earlier earlier,
            InterruptHandler interrupts)
            throws IOException, InterruptedException {
        long trials = candidates.size() + (long) earlier.last().size();
        try (ClaudeClient claude = context.claude(ClaudeClient.PATIENT);
                LiveDeletions deletions = deletions();
                Progress progress = context.progress(experiment, trials)) {
            ExperimentRun run = new ExperimentRun(
                    new TrialRunner(experiment, claude, models::asked, costs.judge(), costs.prices(), context.clock()),
                    costs,
                    options.budget,
                    publisher::publish,
                    deletions::cover,
                    options.calls.threads(),
                    earlier,
                    progress);
            interrupts.onInterrupt(() -> {
                context.say(FINISHING);
                run.stop();
            });
            return run.run(candidates);
        }
    }

    /** By a clock that stands still, so that no deletion is forgotten in a run that takes more than a day. */
    private LiveDeletions deletions() {
        Clock started = Clock.fixed(context.clock().instant(), ZoneOffset.UTC);
        return new LiveDeletions(
                new KafkaClients(context.kafka(), new SimpleMeterRegistry()), "parley-experiment", started);
    }

    private void requirePrices(List<Trial> candidates, TrialCost costs) {
        if (options.budget.isPresent()) {
            candidates.stream()
                    .filter(candidate -> costs.atMost(candidate).isEmpty())
                    .findFirst()
                    .ifPresent(candidate -> {
                        throw new UsageException("--budget needs the prices of what is asked, " + candidate.model()
                                + ", and of the judge, " + options.calls.judge + "; --models names the list");
                    });
        }
    }
}
