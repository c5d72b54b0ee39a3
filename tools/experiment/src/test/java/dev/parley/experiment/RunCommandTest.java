package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.experiment.trial.Target;
import dev.parley.replay.selection.UsageException;
import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RunCommandTest {
    @TempDir
    private Path folder;

    /** As inference-service, which needs a calibration of exactly this pair. */
    @Test
    void aRouterHasTheCalibrationOfItsModels() throws Exception {
        ModelPair pair = ModelList.read(Optional.empty()).alias("auto").pair();

        assertThat(target(calibration(pair))).isInstanceOf(Target.Router.class);
        assertThatThrownBy(() -> target(calibration(new ModelPair(pair.strong(), "claude-haiku-4-5"))))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("was not measured on the models of auto");
        assertThatThrownBy(() -> target(folder.resolve("none.csv")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("cannot read ");
    }

    /** Else it would fail after the calls, which cost money. */
    @Test
    void aReportInPlaceOfAFileIsRefusedBeforeAnyCall() throws Exception {
        Path file = Files.writeString(folder.resolve("report"), "notes");
        RunCommand command = new RunCommand();
        new CommandLine(command).parseArgs("--since=2026-11-30T00:00:00Z", "--against=router", "--out=" + file);

        assertThatThrownBy(command::call)
                .isInstanceOf(UsageException.class)
                .hasMessage("--out " + file + ": it is not a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8090", "ftp://127.0.0.1", "http://", "http://a b"})
    void anAddressOfClaudeThatIsNoneIsNamed(String address) {
        assertThatThrownBy(() -> Context.http(address))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("ANTHROPIC_BASE_URL", address);
    }

    private Path calibration(ModelPair pair) throws IOException {
        Path file = folder.resolve("auto.csv");
        new Calibration(Optional.of(pair), 300, List.of(new Calibration.Point(0.5, 0.9, 0.5, 0.01)))
                .write(file, "A test.", "Nothing.");
        return file;
    }

    private static Target target(Path calibration) throws IOException {
        RunCommand command = new RunCommand();
        new CommandLine(command)
                .parseArgs(
                        "--since=2026-11-30T00:00:00Z",
                        "--against=router",
                        "--alias=auto",
                        "--calibration=" + calibration);
        return command.target(ModelList.read(Optional.empty()));
    }
}
