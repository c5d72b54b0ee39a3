package dev.parley.benchmarks.scenario;

import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.RunMode;
import java.util.List;
import java.util.Set;

/**
 * Something to measure.
 *
 * @param name its name in {@code --only}
 * @param modes the runs that include it by default
 */
public record Scenario(String name, String title, Set<RunMode> modes, Measurement measurement) {
    private static final Set<RunMode> ALWAYS = Set.of(RunMode.QUICK, RunMode.FULL);
    private static final Set<RunMode> FULL = Set.of(RunMode.FULL);

    /** Measures, and adds what it finds. */
    public interface Measurement {
        void measure(BenchmarkRun run, Findings.Builder findings) throws InterruptedException;
    }

    /**
     * All scenarios, in the order of a run.
     *
     * @param turns how many turns the scenario {@code stored-turns} writes
     */
    public static List<Scenario> all(int turns) {
        return List.of(
                new Scenario("first-token", "Time to first token added, 20 requests/s", ALWAYS, FirstToken::measure),
                new Scenario(
                        "capacity",
                        "Capacity: p95 first byte ≤ 100 ms, no error, ≥ 98 % of the load, 50 deltas an answer",
                        ALWAYS,
                        Capacity::measure),
                new Scenario("open-streams", "Open streams with a delta every 50 ms", ALWAYS, OpenStreams::measure),
                new Scenario(
                        "cached", "Cached answers, 200 requests/s, to the last byte", ALWAYS, CachedAnswers::measure),
                new Scenario(
                        "replacement",
                        "The former endpoint and Parley: Claude at 450 ms to the first token, 4,000 ms in all",
                        FULL,
                        FormerEndpointComparison::measure),
                new Scenario("cost", "Processor time of 1,000 streams of 50 deltas", ALWAYS, ProcessorCost::measure),
                new Scenario("memory", "Memory of an open stream", FULL, StreamMemory::measure),
                new Scenario("cold-start", "Cold start, one service after the other", FULL, ColdStart::measure),
                new Scenario(
                        "stored-turns",
                        "Time of a stream as turns are stored",
                        Set.of(),
                        (run, findings) -> StoredTurns.measure(run, findings, turns)));
    }
}
