package dev.parley.evaluate;

import dev.parley.evaluate.LabelledFile.Pair;
import dev.parley.evaluate.LabelledFile.Request;
import dev.parley.similar.Eligibility;
import dev.parley.similar.Guard;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.Share;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the gates of the service over labelled pairs and streams. */
@Command(
        name = "similar",
        description = "Evaluates the reuse of answers to similar questions.",
        mixinStandardHelpOptions = true)
final class SimilarCommand implements Callable<Integer> {
    enum Mode {
        strict,
        standard,
        judged;

        private Thresholds thresholds() {
            return switch (this) {
                case strict -> Thresholds.STRICT;
                case standard -> Thresholds.STANDARD;
                case judged -> Thresholds.JUDGED;
            };
        }
    }

    @Option(
            names = "--pairs",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "CSV with the columns question_a, question_b, label (0 or 1) and kind; gzipped if it ends in .gz."
                            + " In place of label may be score, from 0 to 5, where 4 is the least of the same.")
    private List<Path> pairs = List.of();

    @Option(
            names = "--stream",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "CSV with the columns question and class_id, or query and intent, in the order of the requests.")
    private List<Path> streams = List.of();

    @Option(names = "--mode", defaultValue = "standard", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Mode mode = Mode.standard;

    @Option(
            names = "--judge-error",
            paramLabel = "SHARE",
            defaultValue = "0.02",
            description =
                    "The share of wrong verdicts in the mode judged (${DEFAULT-VALUE}). The verdicts are those of an"
                            + " oracle that reads the labels; no model is asked.")
    private double judgeError = 0.02;

    @Option(
            names = "--half",
            defaultValue = "all",
            description = "The half of each file that thresholds were tuned on, the other one, or the whole file:"
                    + " ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Half half = Half.all;

    @Option(names = "--json", paramLabel = "OUT", description = "Also write the result as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--hits",
            paramLabel = "OUT",
            description = "Also write the hits of the streams as CSV, to be read.")
    private @Nullable Path hitsFile;

    /**
     * The result, in the order of the command line.
     *
     * @param judge what stood for a judge
     */
    record Report(
            String mode,
            String judge,
            Map<String, StreamReplay.Result> streams,
            Map<String, PairComparison.Result> pairs,
            Map<String, Map<String, Double>> latencyMs) {}

    @Override
    public Integer call() throws IOException {
        if (pairs.isEmpty() && streams.isEmpty()) {
            throw new IllegalArgumentException("Neither --pairs nor --stream was given.");
        }
        LabelOracle judge = new LabelOracle(judgeError);
        Map<String, List<Request>> requests = read(streams, file -> half.of(file.stream()));
        Map<String, List<Pair>> compared = read(pairs, file -> half.ofPairs(file.pairs()));
        checkResults();
        try (OnnxEmbedder embedder = OnnxEmbedder.load();
                Guard guard = Guard.load()) {
            report(evaluate(embedder, guard, judge, requests, compared));
        }
        return 0;
    }

    /** Reads all files before the evaluation, which takes minutes; its figures are named by them. */
    private static <T> Map<String, List<T>> read(List<Path> files, Function<LabelledFile, List<T>> reader) {
        Map<String, List<T>> rows = new LinkedHashMap<>();
        for (Path path : files) {
            LabelledFile file = new LabelledFile(path);
            if (rows.put(file.name(), reader.apply(file)) != null) {
                throw new IllegalArgumentException(path + ": two files have this name");
            }
        }
        return rows;
    }

    private void checkResults() throws IOException {
        List<Path> others = new ArrayList<>(streams);
        others.addAll(pairs);
        if (hitsFile != null) {
            new ResultFile(hitsFile).check(others);
            others.add(hitsFile);
        }
        if (json != null) {
            new ResultFile(json).check(others);
        }
    }

    private Report evaluate(
            OnnxEmbedder embedder,
            Guard guard,
            LabelOracle judge,
            Map<String, List<Request>> requests,
            Map<String, List<Pair>> compared)
            throws IOException {
        QuestionReader reader = new QuestionReader(new Eligibility(List.of()), embedder);
        SimilarQuestions questions = new SimilarQuestions(reader, guard);
        Timings timings = new Timings();
        Map<String, StreamReplay.Result> streamResults = new LinkedHashMap<>();
        List<StreamReplay.Hit> hits = new ArrayList<>();
        requests.forEach((file, stream) -> {
            StreamReplay replay = new StreamReplay(reader, questions, embedder, mode.thresholds(), timings, judge);
            streamResults.put(file, replay.replay(stream, hits));
        });
        Map<String, PairComparison.Result> pairResults = new LinkedHashMap<>();
        PairComparison comparison = new PairComparison(reader, questions, mode.thresholds(), judge);
        compared.forEach((file, rows) -> pairResults.put(file, comparison.compare(rows)));
        if (hitsFile != null) {
            new ResultFile(hitsFile).write(CsvRows.bytes(StreamReplay.Hit.class, hits));
        }
        return new Report(mode.name(), describeJudge(), streamResults, pairResults, timings.percentiles());
    }

    private String describeJudge() {
        return mode == Mode.judged
                ? "oracle that reads the labels, wrong for a share of %s; no model was asked".formatted(judgeError)
                : "none";
    }

    private void report(Report report) throws IOException {
        if (json != null) {
            new ResultFile(json).write(Evaluate.JSON.writeValueAsBytes(report));
        }
        print(report, System.out);
    }

    private static void print(Report report, PrintStream out) {
        out.printf("mode %s, judge: %s%n", report.mode(), report.judge());
        report.streams().forEach((file, result) -> {
            out.printf("%s: %d requests%n", file, result.requests());
            out.printf(
                    "  similar      hits %s, wrong by label %s%n",
                    percent(result.hitShare()), percent(result.wrongShare()));
            out.printf(
                    "  static .95   hits %s, wrong by label %s%n",
                    percent(result.hitShareStatic_95()), percent(result.wrongShareStatic_95()));
            result.withRepeats()
                    .forEach((repeats, with) -> out.printf(
                            "  %2s %% repeats: exact only %.1f %%, exact and similar %.1f %%%n",
                            repeats, Double.parseDouble(repeats), 100 * with.hitShare()));
            if (result.judged() > 0) {
                out.printf(
                        "  judged by the oracle %d, permitted %d, of them wrong by label %d%n",
                        result.judged(), result.judgedHits(), result.judgedWrong());
            }
            out.printf("  misses by gate: %s%n", result.refusedBy());
        });
        report.pairs().forEach((file, result) -> {
            out.printf(
                    "%s: accepted of %d same %s, of %d different %s%n",
                    file,
                    result.all().same(),
                    percent(result.acceptedSameShare()),
                    result.all().different(),
                    percent(result.acceptedDifferentShare()));
            result.kinds()
                    .forEach((kind, counts) -> out.printf(
                            "  %-26s same %d of %d, different %d of %d%n",
                            kind,
                            counts.acceptedSame(),
                            counts.same(),
                            counts.acceptedDifferent(),
                            counts.different()));
        });
        out.printf("milliseconds: %s%n", report.latencyMs());
    }

    private static String percent(Share share) {
        return "%.1f %% (%.1f-%.1f)".formatted(100 * share.value(), 100 * share.low(), 100 * share.high());
    }
}
