package dev.parley.benchmarks.scenario;

import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Something to measure.
 *
 * @param name its name in {@code --only}
 * @param quick whether a quick run includes it as well
 * @param measurement measures, and adds what it finds
 */
public record Scenario(String name, String title, boolean quick, BiConsumer<BenchmarkRun, Findings> measurement) {
    /** All scenarios, in the order of a run. */
    public static List<Scenario> all() {
        return List.of(
                new Scenario("first-token", "Time to first token added, 20 requests/s", true, FirstToken::measure),
                new Scenario(
                        "capacity",
                        "Capacity: p95 first byte ≤ 100 ms, no error, ≥ 98 % of the load, 50 deltas an answer",
                        true,
                        Capacity::measure),
                new Scenario("open-streams", "Open streams with a delta every 50 ms", true, OpenStreams::measure),
                new Scenario(
                        "cached", "Cached answers, 200 requests/s, to the last byte", true, CachedAnswers::measure),
                new Scenario(
                        "published",
                        "Published answers through the edge, beside the gateway's exact cache",
                        false,
                        EdgeReads::measure),
                new Scenario(
                        "replacement",
                        "The former endpoint and Parley: Claude at 450 ms to the first token, 4,000 ms in all",
                        false,
                        FormerEndpointComparison::measure),
                new Scenario("cost", "Processor time of 1,000 streams of 50 deltas", true, ProcessorCost::measure),
                new Scenario(
                        "delta-cost",
                        "Processor time of a delta at 500 streams with a delta every 50 ms",
                        false,
                        DeltaCost::measure),
                new Scenario(
                        "cancel",
                        "From an explicit cancel until Claude's call is closed",
                        false,
                        CancelLatency::measure),
                new Scenario("memory", "Memory of an open stream", false, StreamMemory::measure),
                new Scenario("similar", "Answers to similar questions, 50 requests/s", false, SimilarLatency::measure),
                new Scenario("cold-start", "Cold start, one service after the other", false, ColdStart::measure));
    }
}
