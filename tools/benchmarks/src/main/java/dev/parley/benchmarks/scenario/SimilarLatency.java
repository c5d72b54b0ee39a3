package dev.parley.benchmarks.scenario;

import static dev.parley.benchmarks.load.LoadResult.millis;
import static dev.parley.benchmarks.report.Format.ms;
import static dev.parley.benchmarks.report.Format.number;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.QuestionGroup;
import dev.parley.benchmarks.load.QuestionSeries;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.load.ReuseHeaders;
import dev.parley.benchmarks.report.Findings;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.ParleyStack;
import dev.parley.benchmarks.system.SimulatedClaude;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.localstack.servers.Checkout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Answers to similar questions: the time of one, and what looking for one adds to a miss, as the difference of two keys of which one
 * permits it.
 */
final class SimilarLatency {
    private static final String QUESTIONS = "tools/evaluate/train/questions";
    private static final int STORED_GROUPS = 200;
    private static final double PER_SECOND = 50;

    /** At once, like the answers to other questions, but these contain no directives. */
    private static final String ANSWERS = "first_token_ms=0 tokens_per_second=0 tokens=50";

    private static final int HITS = 1_000;
    private static final int ROUNDS = 4;
    private static final int MISSES = 250;
    private static final double HIT_MILLIS_MAX = 15;
    private static final double ADDED_MILLIS_MAX = 6;
    private static final double ADDED_P99_MILLIS_MAX = 30;

    /** The share of look-ups that may be skipped. With more of them, the 99th percentile is not that of look-ups. */
    private static final double SKIPPED_MAX = 0.01;

    private static final double NOISE = 0.25;
    private static final String FIRST = "in a new text";
    private static final String AGAIN = "in the same text again";
    private static final String RIGHT = "right source";
    private static final String WRONG = "another source";

    private SimilarLatency() {}

    /** A key, the requests with it, and the misses that it has had. */
    private static final class Misses {
        private final Endpoint endpoint;
        private final List<Request.Question> requests;
        private final List<ObservedResponses> rounds = new ArrayList<>();

        Misses(Endpoint endpoint, List<Request.Question> requests) {
            this.endpoint = endpoint;
            this.requests = requests;
        }

        void askNext(BenchmarkRun run) {
            int from = rounds.size() * MISSES;
            rounds.add(ObservedResponses.send(run, endpoint, PER_SECOND, requests.subList(from, from + MISSES)));
        }

        ObservedResponses all() {
            return rounds.stream().reduce(ObservedResponses::plus).orElseThrow();
        }
    }

    static void measure(BenchmarkRun run, Findings findings) {
        run.warm(SystemName.PARLEY);
        run.say("Answers to similar questions");
        ParleyStack stack = run.systems().stack();
        SimulatedClaude claude = new SimulatedClaude(stack.local().simulator());
        claude.answerBy(ANSWERS);
        try {
            measure(run, stack, findings);
        } finally {
            claude.forgetDirectives();
        }
    }

    private static void measure(BenchmarkRun run, ParleyStack stack, Findings findings) {
        String series = Long.toString(System.nanoTime(), 36);
        QuestionSeries requests = new QuestionSeries(series);
        List<QuestionGroup> groups =
                new ArrayList<>(QuestionGroup.read(Checkout.find().root().resolve(QUESTIONS)));
        Collections.shuffle(groups, run.random());
        List<QuestionGroup> stored = groups.subList(0, STORED_GROUPS);
        Endpoint permitted = stack.withKey("similar-" + series, "standard");
        SimilarPartition partition = SimilarPartition.fill(run, permitted, requests, stored);
        run.awaitIdle();
        Map<Request.Question, String> asked = partition.paraphrases(HITS);
        for (String what : List.of(FIRST, AGAIN)) {
            ObservedResponses hits = ObservedResponses.send(run, permitted, PER_SECOND, List.copyOf(asked.keySet()));
            reportHits(findings, what, hits, asked, partition.answered());
        }

        List<String> questions = misses(run, stored, groups.subList(STORED_GROUPS, groups.size()));
        Misses with = new Misses(permitted, requests.asking(questions));
        Misses without =
                new Misses(stack.withKey("exact-" + series, "off"), new QuestionSeries(series).asking(questions));
        run.rounds(
                "What looking for similar questions adds to a miss",
                ROUNDS,
                List.of(() -> with.askNext(run), () -> without.askNext(run)));
        reportMisses(findings, with.all(), without.all());
    }

    /** Half of them differ by a few words from stored questions, and half are about other matters. */
    private static List<String> misses(BenchmarkRun run, List<QuestionGroup> stored, List<QuestionGroup> others) {
        List<String> near = new ArrayList<>(stored.stream()
                .flatMap(group -> group.nearMisses().stream())
                .distinct()
                .toList());
        Collections.shuffle(near, run.random());
        List<String> all = new ArrayList<>(Stream.concat(
                        near.stream().limit(ROUNDS * MISSES / 2),
                        others.stream().map(QuestionGroup::question).distinct().limit(ROUNDS * MISSES / 2))
                .toList());
        Collections.shuffle(all, run.random());
        return all;
    }

    /**
     * A hit counts only if it is the answer to a question of its own group.
     *
     * @param what is asked
     * @param groups of the requests
     * @param answered the groups of the generations with Claude's answers, to which those of these responses are added
     */
    static void reportHits(
            Findings findings,
            String what,
            ObservedResponses hits,
            Map<? extends Request, String> groups,
            Map<String, String> answered) {
        groups.forEach((request, group) ->
                SimilarPartition.answer(answered, hits.heads().get(request), group));
        Map<String, Integer> verdicts = new LinkedHashMap<>();
        groups.forEach((request, group) -> {
            ReuseHeaders head = hits.heads().getOrDefault(request, ReuseHeaders.NONE);
            verdicts.merge(verdict(head, group, answered), 1, Integer::sum);
        });
        int right = verdicts.getOrDefault(RIGHT, 0);
        double median = millis(hits.result().toEnd(), 50);
        findings.atMost(
                        "answer to a similar question, " + what + ", to its last byte, 50/s, median",
                        HIT_MILLIS_MAX,
                        median,
                        hits.result().errors() == 0
                                && !verdicts.containsKey(WRONG)
                                && groups.size() - right <= SKIPPED_MAX * groups.size(),
                        ", p99 " + ms(millis(hits.result().toEnd(), 99)) + "; of " + number(groups.size()) + ": "
                                + verdicts)
                .lower("similar." + what.replace(' ', '-') + "-median", median, "ms", NOISE);
    }

    private static String verdict(ReuseHeaders head, String group, Map<String, String> answered) {
        if (head.isSimilar()) {
            return group.equals(answered.get(head.source())) ? RIGHT : WRONG;
        }
        return head.gateName();
    }

    static void reportMisses(Findings findings, ObservedResponses with, ObservedResponses without) {
        Histogram looked = with.result().toFirstText();
        Histogram plain = without.result().toFirstText();
        double base = millis(plain, 50);
        double median = millis(looked, 50) - base;
        double p99 = millis(looked, 99) - base;
        long skipped = with.skipped();
        long marked = without.heads().values().stream()
                .filter(ReuseHeaders::considersSimilar)
                .count();
        boolean valid = with.result().errors() + without.result().errors() == 0
                && skipped <= SKIPPED_MAX * with.heads().size();
        String remark = "; " + skipped + " of " + number(with.heads().size()) + " look-ups skipped";
        String what = "looking for a similar question adds to a miss, 50/s, ";
        findings.atMost(what + "median", ADDED_MILLIS_MAX, median, valid, remark)
                .atMost(
                        what + "p99",
                        ADDED_P99_MILLIS_MAX,
                        p99,
                        valid,
                        "; without it, the p99 is " + ms(millis(plain, 99) - base) + " above the median" + remark)
                .row(
                        "responses about similar questions to a key that does not permit them",
                        "none",
                        marked + " of " + number(without.heads().size()),
                        marked == 0 && !without.heads().isEmpty())
                .table(
                        "To the first piece of text of a miss",
                        List.of("key", "median", "p90", "p99", "longest", "right answers", "decided by"),
                        List.of(line("standard", with), line("off", without)))
                .lower("similar.added-median", median, "ms", NOISE)
                .lower("similar.added-p99", p99, "ms", 2 * NOISE);
    }

    private static List<String> line(String key, ObservedResponses responses) {
        Histogram times = responses.result().toFirstText();
        return List.of(
                key,
                ms(millis(times, 50)),
                ms(millis(times, 90)),
                ms(millis(times, 99)),
                ms(millis(times, 100)),
                responses.result().answeredOfAsked(),
                responses.counts(ReuseHeaders::gateName));
    }
}
