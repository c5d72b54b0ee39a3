package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.report.Format.number;
import static dev.parley.benchmarks.report.Format.times;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.ProcessorUse;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Processor time for 1,000 streams of 50 deltas, until all work on them is done, storing them included. Deltas come one
 * by one, 20 ms apart.
 */
final class ProcessorCost {
    private static final double PER_SECOND = 50;
    private static final int TOKENS = 50;
    private static final AnswerTiming TIMING = new AnswerTiming(0, 50);
    private static final List<SystemName> QUICK = List.of(SystemName.PORTKEY, SystemName.PARLEY);
    private static final List<SystemName> FULL =
            List.of(SystemName.NGINX, SystemName.PASS_THROUGH, SystemName.PORTKEY, SystemName.PARLEY);
    private static final double PORTKEY_MAX = 1;
    private static final double NOISE = 0.15;

    private ProcessorCost() {}

    /** Milliseconds of processor time by process, and the answers that they were for. */
    private static final class Account {
        private final Map<String, Long> millis = new LinkedHashMap<>();
        private int answers;
        private int errors;

        /** Milliseconds for one answer are seconds for 1,000. */
        double perThousand() {
            return millis.values().stream().mapToLong(Long::longValue).sum() / (double) answers;
        }

        List<String> line(SystemName name) {
            String byProcess = millis.entrySet().stream()
                    .map(each -> each.getKey() + " " + number(each.getValue() / (double) answers))
                    .collect(joining(", "));
            return List.of(name.label(), number(perThousand()) + " s", byProcess, Integer.toString(errors));
        }
    }

    static void measure(BenchmarkRun run, Findings findings) {
        Map<SystemName, Account> accounts = new EnumMap<>(SystemName.class);
        List<Runnable> measurements = new ArrayList<>();
        for (SystemName name : run.mode().pick(QUICK, FULL)) {
            TestedSystem system = run.warm(name);
            Account account = new Account();
            accounts.put(name, account);
            measurements.add(() -> charge(run, system, account));
        }
        run.rounds("Processor time of 1,000 streams", run.mode().pick(1, 2), measurements);
        report(findings, accounts);
    }

    private static void charge(BenchmarkRun run, TestedSystem system, Account account) {
        int count = run.mode().pick(300, 1_000);
        ProcessorUse use = new ProcessorUse(system.processes());
        LoadResult result = run.ask(system, PER_SECOND, count, TOKENS, TIMING);
        run.awaitIdle();
        use.times().forEach((process, time) -> account.millis.merge(process, time.toMillis(), Long::sum));
        account.answers += result.answered();
        account.errors += result.errors();
    }

    private static void report(Findings findings, Map<SystemName, Account> accounts) {
        Account account = requireNonNull(accounts.get(SystemName.PARLEY));
        double parley = account.perThousand();
        double portkey = requireNonNull(accounts.get(SystemName.PORTKEY)).perThousand();
        List<List<String>> lines = new ArrayList<>();
        accounts.forEach((name, each) -> lines.add(each.line(name)));
        findings.row(
                        "processor time of 1,000 streams of 50 deltas, broker included",
                        "≤ " + times(PORTKEY_MAX) + " Portkey's",
                        number(parley) + " s, " + times(parley / portkey) + " Portkey's " + number(portkey) + " s",
                        parley <= PORTKEY_MAX * portkey && account.errors == 0)
                .table(
                        "Seconds of processor time for 1,000 streams",
                        List.of("", "together", "by process", "errors"),
                        lines)
                .lower("cost.parley", parley, "s", NOISE)
                .lower("cost.portkey", portkey, "s", NOISE)
                .note("50 streams a second, a delta every 20 ms. Redis, DynamoDB and Claude are not counted.");
    }
}
