package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.times;
import static java.util.Objects.requireNonNull;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Rounds;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.machine.ProcessorTime;
import dev.parley.benchmarks.question.Pace;
import dev.parley.localstack.process.ManagedProcess;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Processor time for 1,000 streams of 50 deltas, until all work on them is done, the database's rows among it. Each delta
 * comes by itself, 20 ms after the one before.
 */
public final class Cost implements Scenario {
    private static final double PER_SECOND = 50;
    private static final int TOKENS = 50;
    private static final Pace PACE = new Pace(0, 50);
    private static final double PORTKEY_MAX = 1.5;
    private static final double NOISE = 0.15;
    private static final double THOUSAND = 1_000;

    /** Seconds of processor time, by process, and the answers that they were for. */
    private static final class Account {
        private final Map<String, Double> seconds = new LinkedHashMap<>();
        private int answers;
        private int errors;

        double perThousand() {
            return seconds.values().stream().mapToDouble(Double::doubleValue).sum() * THOUSAND / answers;
        }

        String sentence() {
            List<String> parts = new ArrayList<>();
            seconds.forEach((name, time) -> parts.add(name + " " + number(time * THOUSAND / answers)));
            return String.join(", ", parts);
        }
    }

    @Override
    public String name() {
        return "cost";
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        Map<Rival, Account> accounts = new EnumMap<>(Rival.class);
        List<Rounds.Turn> turns = new ArrayList<>();
        List<Rival> rivals = arena.effort() == Effort.QUICK
                ? List.of(Rival.PORTKEY, Rival.PARLEY)
                : List.of(Rival.NGINX, Rival.PORTKEY, Rival.PARLEY);
        for (Rival rival : rivals) {
            Contestant contestant = arena.warm(rival);
            Account account = new Account();
            accounts.put(rival, account);
            turns.add(() -> charge(arena, contestant, account));
        }
        Rounds.shuffled(arena, "Processor time of 1,000 streams", arena.effort().pick(1, 2), turns);
        return findings(accounts);
    }

    private static void charge(Arena arena, Contestant contestant, Account account) throws InterruptedException {
        int count = arena.effort().pick(300, 1_000);
        Map<ManagedProcess, Long> before = used(contestant);
        Tally tally = arena.ask(contestant, PER_SECOND, count, TOKENS, PACE);
        arena.calm();
        used(contestant)
                .forEach((part, after) -> account.seconds.merge(
                        part.name().name(), (after - before.getOrDefault(part, 0L)) / 1e3, Double::sum));
        account.answers += tally.answered();
        account.errors += tally.errors();
    }

    private static Map<ManagedProcess, Long> used(Contestant contestant) {
        Map<ManagedProcess, Long> times = new LinkedHashMap<>();
        contestant
                .parts()
                .forEach(part -> times.put(
                        part, ProcessorTime.of(List.of(part.running().pid())).toMillis()));
        return times;
    }

    private Findings findings(Map<Rival, Account> accounts) {
        Account parley = requireNonNull(accounts.get(Rival.PARLEY));
        double portkey = requireNonNull(accounts.get(Rival.PORTKEY)).perThousand();
        double ours = parley.perThousand();
        List<List<String>> lines = new ArrayList<>();
        accounts.forEach((rival, account) -> lines.add(List.of(
                rival.label(),
                number(account.perThousand()) + " s",
                account.sentence(),
                Integer.toString(account.errors))));
        return new Findings(
                name(),
                "Processor time of 1,000 streams of 50 deltas",
                List.of(Row.judged(
                        "processor time of 1,000 streams of 50 deltas, broker included",
                        "≤ " + times(PORTKEY_MAX) + " Portkey's",
                        number(ours) + " s, " + times(ours / portkey) + " Portkey's " + number(portkey) + " s",
                        ours <= PORTKEY_MAX * portkey && parley.errors == 0)),
                List.of(new Table(
                        "Seconds of processor time for 1,000 streams",
                        List.of("", "together", "by process", "errors"),
                        lines)),
                List.of(
                        Figure.lower("cost.parley", ours, "s", NOISE),
                        Figure.lower("cost.portkey", portkey, "s", NOISE)),
                List.of(),
                List.of("50 streams a second, a delta every 20 ms. Redis and DynamoDB are not counted, nor is"
                        + " Claude."));
    }
}
