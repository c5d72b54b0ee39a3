package dev.parley.experiment.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.topic.Topics;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.experiment.kafka.TrialLog.Logged;
import dev.parley.experiment.kafka.TrialLog.Trials;
import dev.parley.experiment.trial.KnownCost;
import dev.parley.experiment.trial.TrialSpending;
import dev.parley.replay.output.Csv;
import dev.parley.replay.output.CsvColumn;
import dev.parley.replay.output.Output;
import dev.parley.replay.output.RecordFormat;
import dev.parley.replay.record.RecordDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the trials of an experiment show, as text and as files. */
public final class Report {
    private static final String STYLE = """
            body{font:15px system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#1c2430}
            table{border-collapse:collapse;font-size:13px}th,td{padding:.25rem .6rem;border-bottom:1px solid #d8dde6;text-align:right}
            th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}svg{max-width:100%;height:auto}""";

    private final String experiment;
    private final List<Logged> results;
    private final List<TrialCompleted> completed;
    private final int withoutResult;
    private final long deleted;
    private final KnownCost cost;
    private final List<TrialGroup> groups;

    /** A report about the trials of conversations that exist. What the others cost is a part of the whole cost. */
    public Report(String experiment, Trials trials) {
        this.experiment = experiment;
        this.results = trials.last().stream()
                .filter(logged -> !(logged.event() instanceof TrialStarted))
                .toList();
        this.completed = trials.completed();
        this.withoutResult = trials.last().size() - results.size();
        this.deleted =
                trials.all().stream().map(TrialEvent::generation).distinct().count()
                        - trials.last().size();
        this.cost = TrialSpending.of(trials.all());
        this.groups = TrialGroup.of(completed);
    }

    /** A share in per cent with its interval, as text. */
    public static String share(long count, long of) {
        return of == 0 ? "none" : Interval.share(count, of).text(100, 1) + " %";
    }

    public String text() {
        return summary() + "\n" + (groups.isEmpty() ? "" : aligned(rows()));
    }

    private List<List<String>> rows() {
        return Stream.concat(Stream.of(TrialGroup.HEADER), groups.stream().map(TrialGroup::row))
                .toList();
    }

    private static String aligned(List<List<String>> rows) {
        String format = IntStream.range(0, TrialGroup.HEADER.size())
                .map(i ->
                        rows.stream().mapToInt(row -> row.get(i).length()).max().orElseThrow())
                .mapToObj(width -> "%-" + width + "s")
                .collect(Collectors.joining("  "));
        return rows.stream()
                .map(row -> format.formatted(row.toArray()).stripTrailing() + "\n")
                .collect(Collectors.joining());
    }

    private String summary() {
        long consistent = completed.stream()
                .filter(trial ->
                        trial.judgement().placedFirst() == trial.judgement().placedSecond())
                .count();
        String judges = completed.stream()
                .map(trial -> trial.judgement().model())
                .distinct()
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "Experiment %s: %,d comparisons, %,d failed, %,d running or interrupted%s, %s.%s",
                experiment,
                completed.size(),
                results.size() - completed.size(),
                withoutResult,
                deleted == 0 ? "" : String.format(Locale.ROOT, ", %,d of deleted conversations", deleted),
                cost.text("trials"),
                completed.isEmpty()
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                " The judge %s came to the same verdict in both orders in %.1f %%.",
                                judges,
                                100.0 * consistent / completed.size()));
    }

    /**
     * Writes {@code report.html}, {@code trials.jsonl} and {@code trials.csv} into a folder, and replaces earlier ones when all are
     * complete. The CSV is for spreadsheets, because answers are untrusted text.
     */
    public void write(Path folder) throws IOException {
        Path _ = Files.createDirectories(folder);
        try (Output page = Output.file(folder.resolve("report.html"), true);
                Output lines = Output.file(folder.resolve("trials.jsonl"), true);
                Output table = Output.file(folder.resolve("trials.csv"), true)) {
            page.stream().write(html().getBytes(UTF_8));
            page.stream().flush();
            write(lines.stream(), RecordFormat.JSON_LINES);
            write(table.stream(), new Csv(CsvColumn.of(Topics.TRIALS.name()), true));
            page.complete();
            lines.complete();
            table.complete();
        }
    }

    private void write(OutputStream out, RecordFormat format) throws IOException {
        RecordDecoder decoder = new RecordDecoder(false);
        format.writeHeader(out);
        for (Logged logged : results) {
            format.write(decoder.decode(logged.record()), out);
        }
        out.flush();
    }

    private String html() {
        StringBuilder rows = new StringBuilder();
        List<List<String>> table = rows();
        for (int i = 0; i < table.size(); i++) {
            String cell = i == 0 ? "th" : "td";
            rows.append("<tr>");
            table.get(i).forEach(value -> rows.append("<%1$s>%2$s</%1$s>".formatted(cell, escaped(value))));
            rows.append("</tr>\n");
        }
        String plots = groups.isEmpty() ? "" : Plots.quality(groups) + Plots.cost(groups) + Plots.firstToken(completed);
        return """
                <!doctype html>
                <html lang="en"><meta charset="utf-8"><title>%1$s</title><style>%2$s</style>
                <h1>Experiment %1$s</h1>
                <p>%3$s</p>
                <p>Estimates with 95 %% intervals: Wilson's for shares, Student's for mean costs, those of ranks for medians of
                times to the first and the last token. The original is the answer of the past turn; the asked model suffices if its
                answer is not worse.</p>
                <table>
                %4$s</table>
                %5$s
                </html>
                """.formatted(escaped(experiment), STYLE, escaped(summary()), rows, plots);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
