package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.findings.Text.number;
import static dev.parley.benchmarks.findings.Text.percent;

import dev.parley.benchmarks.arena.Arena;
import dev.parley.benchmarks.arena.Effort;
import dev.parley.benchmarks.arena.Scenario;
import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.ParleyStack;
import dev.parley.benchmarks.findings.Figure;
import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.machine.ProcessorTime;
import dev.parley.benchmarks.question.Pace;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the same load costs with two replicas of inference-service in the place of one. The second is stopped between the
 * measurements, not started: a process that has just started costs more for a while.
 */
public final class ReplicaGrowth implements Scenario {
    private static final double PER_SECOND = 50;
    private static final int WARM_UP = 2_000;
    private static final int COUNT = 600;
    private static final int TOKENS = 50;
    private static final Pace PACE = new Pace(0, 50);
    private static final double GROWTH_MAX = 0.15;
    private static final double NOISE = 0.1;

    @Override
    public String name() {
        return "replicas";
    }

    @Override
    public boolean in(Effort effort) {
        return effort == Effort.FULL;
    }

    @Override
    public Findings measure(Arena arena) throws InterruptedException {
        ParleyStack stack = arena.contestants().restart(2);
        Contestant parley = stack.parley();
        List<ManagedProcess> parts = new ArrayList<>(parley.parts());
        ManagedProcess second = stack.stack().process("inference-service", 1);
        parts.add(second);
        arena.say("Two replicas of inference-service, then one");
        arena.ask(parley, PER_SECOND * 2, WARM_UP, TOKENS, Pace.AT_ONCE);
        arena.ask(parley, PER_SECOND, COUNT, TOKENS, PACE);
        arena.calm();
        Spent two = spend(arena, parley, parts);
        second.stop();
        parts.remove(second);
        arena.ask(parley, PER_SECOND, COUNT / 2, TOKENS, PACE);
        arena.calm();
        Spent one = spend(arena, parley, parts);
        return findings(one, two);
    }

    /** Processor time of one measurement. */
    private record Spent(Duration time, Tally tally) {
        double perThousand() {
            return time.toMillis() / (double) tally.answered();
        }
    }

    private static Spent spend(Arena arena, Contestant parley, List<ManagedProcess> parts) throws InterruptedException {
        List<Long> pids = parts.stream().map(part -> part.running().pid()).toList();
        Duration before = ProcessorTime.of(pids);
        Tally tally = arena.ask(parley, PER_SECOND, COUNT, TOKENS, PACE);
        arena.calm();
        return new Spent(ProcessorTime.of(pids).minus(before), tally);
    }

    private Findings findings(Spent one, Spent two) {
        double growth = two.perThousand() / one.perThousand() - 1;
        return new Findings(
                name(),
                "Two replicas of inference-service beside one",
                List.of(Row.judged(
                        "processor time with two replicas of inference-service beside one",
                        "≤ " + percent(GROWTH_MAX) + " more",
                        percent(growth) + ", " + number(one.perThousand()) + " s → " + number(two.perThousand())
                                + " s for 1,000 streams",
                        growth <= GROWTH_MAX
                                && one.tally().errors() + two.tally().errors() == 0)),
                List.of(new Table(
                        "For 1,000 streams of 50 deltas, by " + number(COUNT),
                        List.of("replicas", "processor time", "right answers"),
                        List.of(line("1", one), line("2", two)))),
                List.of(Figure.lower("replicas.two", two.perThousand(), "s", NOISE)),
                List.of(),
                List.of());
    }

    private static List<String> line(String replicas, Spent spent) {
        return List.of(
                replicas,
                number(spent.perThousand()) + " s",
                spent.tally().answered() + " of " + spent.tally().asked());
    }
}
