package dev.parley.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.ExampleTrials;
import dev.parley.experiment.kafka.TrialLog.Logged;
import dev.parley.experiment.kafka.TrialLog.Trials;
import dev.parley.testing.Received;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir
    private Path folder;

    private static Logged logged(TrialEvent event) {
        return new Logged(event, Received.raw(TrialCodec.encode(event), 1));
    }

    private static Report report() {
        List<Logged> events = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            events.add(logged(ExampleTrials.trial(i, 0.2, i < 4 ? Verdict.WORSE : Verdict.EQUAL)));
        }
        events.add(logged(ExampleTrials.started("test", 99, BigDecimal.TWO, ExampleTrials.NOW)));
        return report(events);
    }

    private static Report report(List<Logged> events) {
        return new Report("test", Trials.of(events.stream().map(Logged::event).toList(), events));
    }

    @Test
    void printsTheFigures() {
        // The judge and the asked model cost USD 1.001 each time; the interrupted trial may have cost 2.
        assertThat(report().text())
                .contains("40 comparisons, 0 failed, 1 running or interrupted, at most USD 42.0400")
                .contains("same verdict in both orders in 100.0 %")
                .containsPattern("all +all +40 +90\\.0 \\(76\\.9 to 96\\.0\\) +0 +36 +4 +20\\.000 .* 19\\.000 ")
                .contains("claude-sonnet-5-5 → claude-haiku-5-5", "globex", "acme", "question");
    }

    /** The judge's cost of 1 is known, and that of a model without a price is not. */
    @Test
    void anUnknownCostIsNotZero() {
        Logged unbounded = logged(started(1, Optional.empty()));
        Logged completed = logged(withoutCost(ExampleTrials.trial(1, 0.2, Verdict.EQUAL)));
        Logged interrupted = logged(started(2, Optional.empty()));

        assertThat(report(List.of(unbounded, completed)).text())
                .contains("0 running or interrupted, at least USD 1.0000; the cost of 1 trials is unknown.");
        assertThat(report(List.of(unbounded, completed, interrupted)).text())
                .contains("1 running or interrupted, at least USD 1.0000; the cost of 2 trials is unknown.");
    }

    @Test
    void theHighestPossibleCostStandsForAnUnknownOne() {
        Logged bounded = logged(started(1, Optional.of(BigDecimal.TWO)));

        assertThat(report(List.of(bounded, logged(withoutCost(ExampleTrials.trial(1, 0.2, Verdict.EQUAL)))))
                        .text())
                .contains("0 running or interrupted, at most USD 2.0000.");
        assertThat(report(List.of(bounded, logged(ExampleTrials.trial(1, 0.2, Verdict.EQUAL))))
                        .text())
                .contains("0 running or interrupted, USD 1.0010.");
    }

    private static TrialStarted started(int number, Optional<BigDecimal> atMost) {
        TrialStarted started = ExampleTrials.started("test", number, BigDecimal.ONE, ExampleTrials.NOW);
        return new TrialStarted(
                started.experiment(),
                started.generation(),
                started.conversation(),
                started.tenant(),
                started.model(),
                atMost,
                started.at());
    }

    /** The same trial of a model without a price. */
    private static TrialCompleted withoutCost(TrialCompleted trial) {
        AnswerFacts asked = trial.trial();
        return new TrialCompleted(
                trial.experiment(),
                trial.generation(),
                trial.conversation(),
                trial.tenant(),
                trial.model(),
                trial.kind(),
                trial.score(),
                trial.original(),
                new AnswerFacts(
                        asked.model(),
                        asked.stopReason(),
                        asked.usage(),
                        Optional.empty(),
                        asked.firstTokenMs(),
                        asked.totalMs()),
                trial.judgement(),
                trial.similar(),
                trial.message(),
                trial.at());
    }

    @Test
    void aTurnThatWasAskedAgainCountsOnce() {
        TrialCompleted completed = ExampleTrials.trial(1, 0.2, Verdict.EQUAL);
        TrialFailed refused = new TrialFailed(
                "test",
                completed.generation(),
                completed.conversation(),
                completed.tenant(),
                completed.model(),
                "answer",
                "401 authentication_error: no",
                Optional.of(BigDecimal.ZERO),
                ExampleTrials.NOW);

        assertThat(report(List.of(logged(refused))).text()).contains("0 comparisons, 1 failed");
        assertThat(report(List.of(logged(refused), logged(completed))).text())
                .contains("1 comparisons, 0 failed, 0 running or interrupted");
    }

    /** As two runs of one experiment at once have done. Both were paid. */
    @Test
    void ofTwoResultsOfATurnTheLastCounts() throws Exception {
        Report report = report(List.of(
                logged(ExampleTrials.trial(1, 0.2, Verdict.WORSE)),
                logged(ExampleTrials.trial(1, 0.2, Verdict.EQUAL))));

        assertThat(report.text())
                .contains("1 comparisons, 0 failed, 0 running or interrupted, USD 2.0020.")
                .containsPattern("all +all +1 +100\\.0 ");
        report.write(folder);
        assertThat(Files.readAllLines(folder.resolve("trials.jsonl"))).hasSize(1);
    }

    @Test
    void writesAPageAndTheResults() throws Exception {
        report().write(folder);

        assertThat(folder.resolve("report.html"))
                .content()
                .contains("<svg", "claude-sonnet-5-5 → claude-haiku-5-5", "90.0 (76.9 to 96.0)");
        assertThat(folder.resolve("report.html")).content().doesNotContain("From the asked model.");
        assertThat(Files.readAllLines(folder.resolve("trials.jsonl"))).hasSize(40);
        assertThat(Files.readAllLines(folder.resolve("trials.csv"))).hasSize(41);
    }

    /** A record that cannot be read stands for a disk that is full. */
    @Test
    void aReportThatFailsLeavesTheEarlierOne() throws Exception {
        report().write(folder);
        Map<Path, String> before = contents();
        List<Logged> events = new ArrayList<>(IntStream.range(100, 1_000)
                .mapToObj(i -> logged(ExampleTrials.trial(i, 0.2, Verdict.EQUAL)))
                .toList());
        ConsumerRecord<byte[], byte[]> last = events.getLast().record();
        events.add(new Logged(
                events.getLast().event(), new ConsumerRecord<>("chat.trials", 0, 2, last.key(), last.value()) {
                    @Override
                    public byte[] value() {
                        throw new UncheckedIOException(new IOException("no space left"));
                    }
                }));

        assertThatThrownBy(() -> report(events).write(folder)).isInstanceOf(UncheckedIOException.class);

        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void theTableIsForSpreadsheets() throws Exception {
        TrialCompleted trial = ExampleTrials.trial(1, 0.2, Verdict.EQUAL);
        report(List.of(logged(new TrialCompleted(
                        trial.experiment(),
                        trial.generation(),
                        trial.conversation(),
                        trial.tenant(),
                        trial.model(),
                        trial.kind(),
                        trial.score(),
                        trial.original(),
                        trial.trial(),
                        trial.judgement(),
                        trial.similar(),
                        ExampleTrials.message(trial.model(), "=1+1"),
                        trial.at()))))
                .write(folder);

        assertThat(folder.resolve("trials.csv")).content().contains(",\"'=1+1\",");
    }

    private Map<Path, String> contents() throws IOException {
        Map<Path, String> contents = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                contents.put(file.getFileName(), Files.readString(file));
            }
        }
        return contents;
    }
}
