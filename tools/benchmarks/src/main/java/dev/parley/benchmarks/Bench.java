package dev.parley.benchmarks;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestants;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Result;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Text;
import dev.parley.benchmarks.jmh.Pieces;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.machine.Machine;
import dev.parley.benchmarks.machine.Strangers;
import dev.parley.benchmarks.question.Questions;
import dev.parley.benchmarks.report.MarkdownReport;
import dev.parley.benchmarks.report.ResultFolder;
import dev.parley.benchmarks.scenario.CachedAnswer;
import dev.parley.benchmarks.scenario.Capacity;
import dev.parley.benchmarks.scenario.ColdStart;
import dev.parley.benchmarks.scenario.Cost;
import dev.parley.benchmarks.scenario.FirstToken;
import dev.parley.benchmarks.scenario.LargeRequest;
import dev.parley.benchmarks.scenario.OpenMemory;
import dev.parley.benchmarks.scenario.OpenStreams;
import dev.parley.benchmarks.scenario.Replacement;
import dev.parley.benchmarks.scenario.ReplicaGrowth;
import dev.parley.benchmarks.scenario.StoredTurns;
import dev.parley.benchmarks.scenario.StreamGrowth;
import dev.parley.localstack.servers.Checkout;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command, and the map: every object of a run and what it is given. */
@Command(
        name = "./parley bench",
        mixinStandardHelpOptions = true,
        description = "Measure Parley beside a plain proxy, a gateway, and the endpoint that it replaces.")
public final class Bench implements Callable<Integer> {
    /** In cores. Below it, it is the kernel's own work. */
    private static final double STRANGERS_MAX = 0.15;

    @Option(names = "--quick", description = "Within 3 minutes, and compared with the last quick run.")
    private boolean quick;

    @Option(names = "--only", split = ",", paramLabel = "SCENARIO", description = "Only these scenarios.")
    private List<String> only = List.of();

    @Option(names = "--seed", defaultValue = "1", description = "Decides about orders and arrivals. Default: 1")
    private long seed;

    @Option(
            names = "--turns",
            defaultValue = "1000000",
            description = "How many turns the scenario stored-turns writes. Default: 1000000, which takes long.")
    private int turns;

    @Option(names = "--jmh", description = "Only the pieces on the way of a token, each by itself, with JMH.")
    private boolean jmh;

    private final PrintStream out = System.out;
    private final long begin = System.nanoTime();

    @Override
    public Integer call() throws InterruptedException {
        if (jmh) {
            Pieces.measure();
            return 0;
        }
        Checkout checkout = Checkout.find();
        Machine machine = Machine.here(checkout.root());
        say(machine.sentence());
        List<Findings> findings = measure(checkout, chosen());
        Result result = new Result(
                machine, Instant.now(), Duration.ofNanos(System.nanoTime() - begin), effort().name(), findings);
        report(
                result,
                new ResultFolder(
                        checkout.state().resolve("bench/" + effort().name().toLowerCase(Locale.ROOT))));
        return 0;
    }

    /** A run of some scenarios only is compared with the last whole one, and does not take its place. */
    private void report(Result result, ResultFolder folder) {
        out.println();
        out.println(MarkdownReport.of(result));
        List<String> changes = folder.compare(result);
        if (!changes.isEmpty()) {
            out.println("Beside the " + effort().name().toLowerCase(Locale.ROOT) + " run before:");
            changes.forEach(out::println);
        }
        ResultFolder written = only.isEmpty() ? folder : folder.partly();
        out.println("\nThe page: " + written.write(result));
    }

    private Effort effort() {
        return quick ? Effort.QUICK : Effort.FULL;
    }

    private List<Findings> measure(Checkout checkout, List<Scenario> scenarios) throws InterruptedException {
        List<Findings> findings = new ArrayList<>();
        try (Contestants contestants =
                        new Contestants(checkout.root(), checkout.state().resolve("bench/contestants"), this::say);
                LoadGenerator generator = LoadGenerator.start()) {
            Arena arena = new Arena(
                    contestants, generator, new Questions(System.nanoTime()), effort(), new Random(seed), this::say);
            for (Scenario scenario : scenarios) {
                findings.add(findings(scenario, arena));
            }
        }
        return findings;
    }

    /** What one scenario has found, and who disturbed it. If it fails, the others have their turn all the same. */
    private Findings findings(Scenario scenario, Arena arena) throws InterruptedException {
        Strangers strangers = Strangers.watch();
        Findings findings = attempt(scenario, arena);
        findings.rows()
                .forEach(row -> say(row.verdict().name().toLowerCase(Locale.ROOT) + ": " + row.what() + ": "
                        + row.seen() + " (" + row.target() + ")"));
        double cores = strangers.cores();
        return cores < STRANGERS_MAX
                ? findings
                : findings.with("While this was measured, others took " + Text.number(cores)
                        + " of the machine's cores: the figures are worse than they would be without.");
    }

    private Findings attempt(Scenario scenario, Arena arena) throws InterruptedException {
        try {
            return scenario.measure(arena);
        } catch (RuntimeException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            Row row = Row.judged(scenario.name(), "to be measured", "it has failed: " + reason, false);
            return new Findings(
                    scenario.name(), scenario.name(), List.of(row), List.of(), List.of(), List.of(), List.of());
        }
    }

    private List<Scenario> scenarios() {
        return List.of(
                new FirstToken(),
                new Capacity(),
                new OpenStreams(),
                new LargeRequest(),
                new CachedAnswer(),
                new Replacement(),
                new Cost(),
                new OpenMemory(),
                new StreamGrowth(),
                new ColdStart(),
                new ReplicaGrowth(),
                new StoredTurns(turns));
    }

    private List<Scenario> chosen() {
        List<Scenario> scenarios = scenarios();
        List<String> names = scenarios.stream().map(Scenario::name).toList();
        only.stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw new ParameterException(
                    new CommandLine(this), "There is no scenario \"" + name + "\", only " + String.join(", ", names));
        });
        return scenarios.stream()
                .filter(scenario -> only.isEmpty() ? scenario.in(effort()) : only.contains(scenario.name()))
                .toList();
    }

    private void say(String line) {
        out.printf("%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, line);
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
