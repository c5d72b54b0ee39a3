package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.experiment.trial.Target;
import dev.parley.replay.selection.UsageException;
import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
