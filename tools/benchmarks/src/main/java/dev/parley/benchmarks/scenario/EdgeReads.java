package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;
import static dev.parley.benchmarks.report.Format.number;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.Popularity;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.ProcessorUse;
import dev.parley.benchmarks.system.ParleyStack;
import dev.parley.benchmarks.system.PublishedAnswerSet;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Questions whose popularity follows Zipf's law: their published answers, read through the edge, beside their answers from the exact
 * cache, asked for at the gateway.
 */
final class EdgeReads {
    private static final int QUESTIONS = 1_000;
    private static final int TOKENS = 50;
    private static final double PER_SECOND = 200;
    private static final double FAST_PER_SECOND = 10_000;
    private static final double MEDIAN_MILLIS_MAX = 1;
    private static final double P99_MILLIS_MAX = 5;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NOISE = 0.25;

    /** Of the rate: the last answer comes after the last request. */
    private static final double KEPT_UP = 0.98;

    private final BenchmarkRun run;
    private final ParleyStack stack;
    private final TestedSystem parley;
    private final List<Request.Question> questions;
    private final PublishedAnswerSet published;
    /** The representations of each answer: the message and its events. */
    private final List<List<Request>> reads;

    private final Popularity popularity = new Popularity(QUESTIONS);

    private EdgeReads(BenchmarkRun run) {
        this.run = run;
        this.parley = run.warm(SystemName.PARLEY);
        this.stack = run.systems().stack();
        this.questions = run.questions().next(QUESTIONS, TOKENS, AnswerTiming.AT_ONCE);
        run.say("Publishing the answers to " + QUESTIONS + " questions");
        this.published = PublishedAnswerSet.publish(stack.local(), questions);
        this.reads = IntStream.range(0, QUESTIONS)
                .<List<Request>>mapToObj(i -> {
                    String path = published.paths().get(i);
                    String answer = questions.get(i).answer();
                    return List.of(new Request.Read(path, answer), new Request.Read(path + "/events", answer));
                })
                .toList();
    }

    /**
     * What has been found.
     *
     * @param perSecond right answers; of several rounds the lowest rate
     * @param processors the cores in use; of several rounds in the last
     */
    private record Measured(LoadResult result, double perSecond, long originRequests, String processors) {
        Measured plus(Measured later) {
            return new Measured(
                    result.plus(later.result),
                    Math.min(perSecond, later.perSecond),
                    originRequests + later.originRequests,
                    later.processors);
        }

        boolean isValid() {
            return result.errors() == 0;
        }

        String remark() {
            return isValid() ? "" : ", " + result.errors() + " errors: " + result.firstError();
        }

        List<String> line(String what) {
            Histogram times = result.toEnd();
            return List.of(
                    what,
                    ms(millis(times, 50)),
                    ms(millis(times, 90)),
                    ms(millis(times, 99)),
                    ms(millis(times, 99.9)),
                    ms(millis(times, 100)),
                    result.answeredOfAsked(),
                    Long.toString(originRequests),
                    ms(millis(result.lateness(), 99)));
        }
    }

    static void measure(BenchmarkRun run, Findings findings) {
        new EdgeReads(run).measure(findings);
    }

    private void measure(Findings findings) {
        run.fillCache(parley, questions);
        run.awaitIdle();
        run.say("The edge, empty, " + number(FAST_PER_SECOND / 10) + " a second");
        Measured empty = edge(FAST_PER_SECOND / 10, 10_000);
        // Each representation has been asked for.
        Measured rest = measured(
                stack.edge(),
                FAST_PER_SECOND / 10,
                reads.stream().flatMap(List::stream).toList());

        // Warms up the generator and Varnish.
        for (double rate = 2_000; rate <= FAST_PER_SECOND; rate += 4_000) {
            var _ = edge(rate, (int) (3 * rate));
        }

        List<Measured> cached = new ArrayList<>();
        List<Measured> edge = new ArrayList<>();
        long before = stack.tokensSent();
        run.rounds(
                "Published answers, " + number(PER_SECOND) + " a second",
                run.mode().pick(1, 3),
                List.of(() -> cached.add(exact()), () -> edge.add(edge(PER_SECOND, 2_000))));
        long tokens = stack.tokensSent() - before;
        if (tokens > 0) {
            findings.note("Claude sent " + tokens + " tokens: some answers did not come from the exact cache.");
        }
        List<Measured> fast = new ArrayList<>();
        run.rounds(
                "Published answers, " + number(FAST_PER_SECOND) + " a second",
                run.mode().pick(1, 3),
                List.of(() -> fast.add(edge(FAST_PER_SECOND, 100_000))));
        report(findings, empty.plus(rest), sum(cached), sum(edge), sum(fast));
    }

    private Measured exact() {
        List<Request.Question> asked = Stream.generate(() -> questions.get(popularity.next(run.random())))
                .limit(2_000)
                .toList();
        return measured(parley.endpoint(), PER_SECOND, asked);
    }

    private Measured edge(double perSecond, int count) {
        List<Request> asked = Stream.generate(() -> reads.get(popularity.next(run.random())))
                .map(each -> each.get(run.random().nextInt(each.size())))
                .limit(count)
                .toList();
        return measured(stack.edge(), perSecond, asked);
    }

    private Measured measured(Endpoint endpoint, double offered, List<? extends Request> requests) {
        long before = published.originRequests();
        ProcessorUse use = new ProcessorUse(List.of(
                        stack.local().process("varnish", 0), stack.local().process("gateway-service", 0)))
                .withGenerator();
        LoadResult result = run.send(endpoint, offered, requests);
        String cores = use.cores();
        double perSecond = result.answered() * NANOS_PER_SECOND / result.lastEnd();
        return new Measured(result, perSecond, published.originRequests() - before, cores);
    }

    /** Each representation is asked for at the gateway once. A lower number means that the wrong counter was read. */
    private static void report(Findings findings, Measured filled, Measured cached, Measured edge, Measured fast) {
        int representations = 2 * QUESTIONS;
        findings.row(
                        "requests at the gateway for the published answers to 1,000 questions",
                        number(representations) + ", one for each representation",
                        filled.originRequests() + filled.remark(),
                        filled.isValid() && filled.originRequests() == representations)
                .table(
                        "From when a request was due to the last byte",
                        List.of(
                                "",
                                "p50",
                                "p90",
                                "p99",
                                "p99.9",
                                "longest",
                                "right answers",
                                "requests at the gateway",
                                "the generator's own lateness, p99"),
                        List.of(
                                cached.line("exact cache, " + number(PER_SECOND) + "/s"),
                                edge.line("edge, " + number(PER_SECOND) + "/s"),
                                fast.line("edge, " + number(FAST_PER_SECOND) + "/s")))
                .note("Cores in use: exact cache " + cached.processors() + "; edge at " + number(PER_SECOND) + "/s "
                        + edge.processors() + "; edge at " + number(FAST_PER_SECOND) + "/s " + fast.processors() + ".");
        times(findings, edge, PER_SECOND, "published.edge");
        times(findings, fast, FAST_PER_SECOND, "published.edge-fast");
        double rate = fast.perSecond();
        findings.row(
                        "requests a second at the edge, without a request at the gateway",
                        "≥ " + number(KEPT_UP * FAST_PER_SECOND),
                        number(rate) + ", " + fast.originRequests() + " at the gateway" + fast.remark(),
                        fast.isValid() && rate >= KEPT_UP * FAST_PER_SECOND && fast.originRequests() == 0)
                .lower("published.exact.median", millis(cached.result().toEnd(), 50), "ms", NOISE);
    }

    private static void times(Findings findings, Measured edge, double perSecond, String figure) {
        double median = millis(edge.result().toEnd(), 50);
        double p99 = millis(edge.result().toEnd(), 99);
        String what = "published answer through the edge, " + number(perSecond) + "/s, ";
        findings.atMost(what + "median", MEDIAN_MILLIS_MAX, median, edge.isValid(), edge.remark())
                .atMost(what + "p99", P99_MILLIS_MAX, p99, edge.isValid(), edge.remark())
                .lower(figure + ".median", median, "ms", NOISE)
                .lower(figure + ".p99", p99, "ms", 2 * NOISE);
    }

    private static Measured sum(List<Measured> rounds) {
        return rounds.stream().reduce(Measured::plus).orElseThrow();
    }
}
