package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.ExperimentRun.End;
import dev.parley.replay.TimeConverter;
import dev.parley.replay.selection.UsageException;
import dev.parley.router.Calibration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CalibrateCommandTest {
    private static final ModelList.Alias AUTO = new ModelList.Alias(
            "auto", ExampleTrials.STRONG, ExampleTrials.CHEAPER, Optional.empty(), Optional.empty(), Optional.empty());

    private final CalibrateCommand command = new CalibrateCommand();
    private final StringWriter errors = new StringWriter();

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void parse() {
        parse(folder.resolve("auto.csv"));
    }

    private void parse(Path out) {
        file = out;
        CommandLine line = new CommandLine(command)
                .registerConverter(Instant.class, new TimeConverter(Clock.systemUTC()))
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(errors, true));
        var _ = line.parseArgs("--since=7d", "--out=" + file);
    }

    private static List<TrialCompleted> trials(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> ExampleTrials.trial(number, 0.001 * number, Verdict.EQUAL))
                .toList();
    }

    /** Else it would fail after the calls, which cost money. */
    @ParameterizedTest
    @CsvSource({"missing/auto.csv, there is no such folder", "'', it is a folder"})
    void aFileThatCannotBeWrittenIsRefusedBeforeAnyCall(String out, String reason) {
        parse(folder.resolve(out));

        assertThatThrownBy(command::call)
                .isInstanceOf(UsageException.class)
                .hasMessage("--out " + file + ": " + reason);
    }

    @Test
    void aSpentBudgetIsItsStatusWithTooFewComparisonsToo() throws Exception {
        assertThat(command.finish("test", End.BUDGET_SPENT, trials(299), AUTO)).isEqualTo(3);

        assertThat(errors.toString()).contains("299 comparisons are too few").contains("The budget does not permit");
        assertThat(file).doesNotExist();
    }

    @Test
    void aSpentBudgetMayHaveBoughtEnough() throws Exception {
        assertThat(command.finish("test", End.BUDGET_SPENT, trials(300), AUTO)).isEqualTo(3);

        assertThat(Calibration.parse(Files.readAllLines(file)).questions()).isEqualTo(300);
    }

    @Test
    void tooFewComparisonsOfAWholeRunAreAnError() {
        assertThatThrownBy(() -> command.finish("test", End.ALL_DONE, trials(299), AUTO))
                .isInstanceOf(UsageException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void aStoppedRunCalibratesNothing() throws Exception {
        assertThat(command.finish("test", End.STOPPED, trials(300), AUTO)).isEqualTo(130);

        assertThat(file).doesNotExist();
    }
}
