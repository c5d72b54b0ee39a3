package dev.parley.benchmarks;

import dev.parley.benchmarks.jmh.JmhRun;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Questions;
import dev.parley.benchmarks.machine.BackgroundLoad;
import dev.parley.benchmarks.machine.Machine;
import dev.parley.benchmarks.report.BenchmarkResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.report.Format;
import dev.parley.benchmarks.report.ResultFolder;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.RunMode;
import dev.parley.benchmarks.scenario.Scenario;
import dev.parley.benchmarks.system.TestedSystems;
import dev.parley.localstack.servers.Checkout;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command, and the map: the objects of a run and what they are given. */
@Command(
        name = "./parley bench",
        mixinStandardHelpOptions = true,
        description = "Measure Parley beside a plain proxy, a gateway, and the endpoint that it replaces.")
public final class Bench implements Callable<Integer> {
    /** In cores. Less than this is the kernel's own work. */
    private static final double BACKGROUND_MAX = 0.15;

    @Option(names = "--quick", description = "Within 3 minutes, and compared with the last quick run.")
    private boolean quick;

    @Option(names = "--only", split = ",", paramLabel = "SCENARIO", description = "Only these scenarios.")
    private List<String> only = List.of();

    @Option(names = "--jmh", description = "Only the code on the path of a token and the choice of a model, with JMH.")
    private boolean jmh;

    @Option(names = "--check", hidden = true, description = "Only check the arguments.")
    private boolean check;

    private final PrintStream out = System.out;
    private final long begin = System.nanoTime();

    @Override
    public Integer call() {
        if (jmh) {
            new JmhRun(Checkout.find()).run();
            return 0;
        }
        RunMode mode = quick ? RunMode.QUICK : RunMode.FULL;
        List<Scenario> scenarios = chosen(mode);
        if (check) {
            return 0;
        }
        Checkout checkout = Checkout.find();
        Machine machine = Machine.here();
        say(machine.sentence());
        List<Findings> findings = measure(checkout, mode, scenarios);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return report(checkout, new BenchmarkResult(machine, Instant.now(), took, mode.name(), findings));
    }

    private List<Scenario> chosen(RunMode mode) {
        List<Scenario> scenarios = Scenario.all();
        List<String> names = scenarios.stream().map(Scenario::name).toList();
        only.stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw new ParameterException(
                    new CommandLine(this), "There is no scenario \"" + name + "\", only " + String.join(", ", names));
        });
        return scenarios.stream()
                .filter(scenario ->
                        only.isEmpty() ? mode == RunMode.FULL || scenario.quick() : only.contains(scenario.name()))
                .toList();
    }

    private List<Findings> measure(Checkout checkout, RunMode mode, List<Scenario> scenarios) {
        List<Findings> findings = new ArrayList<>();
        try (TestedSystems systems =
                        new TestedSystems(checkout.root(), checkout.state().resolve("bench/systems"), this::say);
                LoadGenerator generator = new LoadGenerator()) {
            BenchmarkRun run = new BenchmarkRun(
                    systems, generator, new Questions(System.nanoTime()), mode, new Random(1), this::say);
            for (Scenario scenario : scenarios) {
                findings.add(measure(run, scenario));
            }
        }
        return findings;
    }

    /**
     * Measures one scenario. If it fails, the failure is its result, its open streams are closed, and the others still run. If
     * a process has ended, they run with new ones.
     */
    Findings measure(BenchmarkRun run, Scenario scenario) {
        BackgroundLoad background = new BackgroundLoad();
        Findings findings = new Findings(scenario.name(), scenario.title());
        try {
            scenario.measurement().accept(run, findings);
        } catch (RuntimeException e) {
            findings.failed(scenario.name(), shown(e.getMessage()));
            run.generator().disconnect();
        }
        List<String> ended = run.systems().endIfBroken();
        if (!ended.isEmpty()) {
            ended.forEach(message -> findings.row(scenario.name(), "no process ends", shown(message), false));
            run.generator().disconnect();
        }
        double cores = background.cores();
        if (cores >= BACKGROUND_MAX) {
            findings.note("Meanwhile, other processes used " + Format.number(cores)
                    + " of the machine's cores: the figures are worse than on an idle machine.");
        }
        findings.rows()
                .forEach(row -> say(row.status().name().toLowerCase(Locale.ROOT) + ": " + row.what() + ": " + row.seen()
                        + " (" + row.target() + ")"));
        return findings;
    }

    /** Prints a message, and returns its first line. */
    private String shown(@Nullable String message) {
        String whole = String.valueOf(message);
        say(whole);
        return whole.lines().findFirst().orElse("");
    }

    /**
     * A run of some scenarios only, or of which one has failed, is compared with the last whole one, and does not replace it.
     *
     * @return the exit status
     */
    int report(Checkout checkout, BenchmarkResult result) {
        String mode = result.mode().toLowerCase(Locale.ROOT);
        ResultFolder folder = new ResultFolder(checkout.state().resolve("bench/" + mode));
        out.println();
        out.println(result.markdown());
        List<String> changes = folder.compare(result);
        if (!changes.isEmpty()) {
            out.println("Compared with the last " + mode + " run:");
            changes.forEach(out::println);
        }
        boolean isWhole = only.isEmpty() && !result.hasFailed();
        out.println("\nThe report: " + (isWhole ? folder : folder.partly()).write(result));
        return result.hasFailed() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void say(String line) {
        out.printf("%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, line);
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
