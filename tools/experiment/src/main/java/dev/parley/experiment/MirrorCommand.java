package dev.parley.experiment;

import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.experiment.claude.ClaudeClient;
import dev.parley.experiment.kafka.KafkaLiveTurns;
import dev.parley.experiment.kafka.TrialLog;
import dev.parley.experiment.metrics.MirrorMetrics;
import dev.parley.experiment.mirror.DailyBudgets;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.experiment.mirror.MirrorRun;
import dev.parley.experiment.mirror.MirrorRun.Outcome;
import dev.parley.experiment.mirror.MirroredKeys;
import dev.parley.experiment.trial.CautiousClaude;
import dev.parley.experiment.trial.TrialCost;
import dev.parley.experiment.trial.TrialJudge;
import dev.parley.experiment.trial.TrialRunner;
import dev.parley.experiment.trial.TrialSpending;
import dev.parley.replay.InterruptHandler;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./parley experiment mirror}. */
@Command(
        name = "mirror",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Follows chat.turns until it is stopped, and asks a share of the turns of mirrored keys again of a second model"
                    + " (./parley keys update ID --mirror MODEL --mirror-share SHARE --mirror-usd-per-day USD).",
            "Calls Claude with ANTHROPIC_API_KEY; no reader waits for it, and no reader's budget is charged. The results of a"
                    + " key are the experiment mirror-ID on chat.trials. One process at a time: a second one takes over."
        },
        mixinStandardHelpOptions = true)
final class MirrorCommand implements Callable<Integer> {
    /** After a refusal such as 429 or 529, for the sake of the readers. */
    private static final Duration QUIET = Duration.ofSeconds(30);

    private static final int STATUS_SECONDS = 10;
    private static final Pattern ADDRESS = Pattern.compile("(?<host>.+):(?<port>[0-9]{1,5})");
    private static final int PORT_MAX = 65_535;

    @Mixin
    private final CallOptions options = new CallOptions();

    @Option(
            names = "--metrics-address",
            paramLabel = "HOST:PORT",
            description = "Where /metrics is served for Prometheus; by default nowhere.")
    private Optional<String> metricsAddress = Optional.empty();

    @Mixin
    private final Context context = new Context();

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        ModelList models = ModelList.read(options.models);
        Prices prices = models.priceList();
        TrialJudge judge = models.judge(options.judge);
        if (!prices.hasPrice(options.judge)) {
            throw new UsageException(
                    "mirrors have budgets, and " + options.judge + " has no price; --models names the list");
        }
        MirroredKeys keys = new MirroredKeys();
        // A refusal has to reach CautiousClaude, which pauses all trials.
        try (ClaudeClient client = context.claude(1);
                KafkaLiveTurns turns = KafkaLiveTurns.open(context.kafka(), keys, context.clock())) {
            CautiousClaude claude = new CautiousClaude(client, QUIET, context.clock());
            MirrorRun run = new MirrorRun(
                    turns,
                    keys,
                    experiment -> new TrialRunner(experiment, claude, models::asked, judge, prices, context.clock()),
                    claude,
                    new TrialCost(prices, judge),
                    budgets(),
                    context.clock(),
                    context::say,
                    options.threads());
            try (MirrorMetrics metrics = new MirrorMetrics(run::counts, keys::count, turns::lag)) {
                if (metricsAddress.isPresent()) {
                    metrics.serve(address(metricsAddress.get()));
                }
                run(run, context::say, () -> context.say(status(run.counts(), keys.count(), turns.lag())));
            }
            context.say(status(run.counts(), keys.count(), turns.lag()));
            return ExitCode.OK;
        }
    }

    static InetSocketAddress address(String text) {
        Matcher parts = ADDRESS.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group("port")) > PORT_MAX) {
            throw new UsageException("--metrics-address is HOST:PORT, such as 127.0.0.1:9590");
        }
        return new InetSocketAddress(parts.group("host"), Integer.parseInt(parts.group("port")));
    }

    /** What was spent today, by the log. No other process adds to it, because this one has taken over. */
    private DailyBudgets budgets() throws IOException {
        Instant now = context.clock().instant();
        Instant today = now.truncatedTo(ChronoUnit.DAYS);
        Map<KeyId, TrialSpending> spent = new HashMap<>();
        try (TrialLog log = TrialLog.connect(context.kafka())) {
            log.read(today, event -> count(event, today, spent));
        }
        return new DailyBudgets(
                spent.entrySet().stream()
                        .collect(toMap(
                                Map.Entry::getKey,
                                each -> each.getValue().cost().charged())),
                now);
    }

    /** Counts the trials of mirrors that started today. */
    static void count(TrialEvent event, Instant today, Map<KeyId, TrialSpending> spent) {
        Mirrored.key(event.experiment()).ifPresent(key -> {
            TrialSpending ofKey = spent.computeIfAbsent(key, _ -> new TrialSpending());
            boolean starts = event instanceof TrialStarted && !event.at().isBefore(today);
            if (starts || ofKey.isRunning(event.generation())) {
                ofKey.add(event);
            }
        });
    }

    /** Runs until SIGINT or SIGTERM, then finishes the trials that run. */
    private static void run(MirrorRun run, Consumer<String> notices, Runnable status)
            throws IOException, InterruptedException {
        try (InterruptHandler interrupts = interruptHandler(ExperimentSession.TRIAL_MAX, notices);
                ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            interrupts.onInterrupt(() -> {
                notices.accept(ExperimentSession.FINISHING);
                run.stop();
            });
            var _ = timer.scheduleAtFixedRate(status, 0, STATUS_SECONDS, TimeUnit.SECONDS);
            try {
                run.run();
            } finally {
                timer.shutdownNow();
            }
        }
    }

    /** Tells what is cut, if trials still run after this time. */
    static InterruptHandler interruptHandler(Duration within, Consumer<String> notices) {
        return new InterruptHandler(within, inTime -> {
            if (!inTime) {
                notices.accept("Stopped. " + ExperimentSession.CUT);
            }
        });
    }

    private static String status(MirrorRun.Counts counts, int keys, long lag) {
        return String.format(
                Locale.ROOT,
                "Mirror: %,d keys, %,d turns, %,d compared, %,d failed, %,d over budget, %,d without a price,"
                        + " %,d too old or deleted, %,d waiting, USD %.4f today.",
                keys,
                counts.turns(),
                counts.of(Outcome.COMPARED),
                counts.of(Outcome.FAILED),
                counts.of(Outcome.OVER_BUDGET),
                counts.of(Outcome.WITHOUT_PRICE),
                counts.of(Outcome.OUTDATED),
                lag,
                counts.spentToday());
    }
}
