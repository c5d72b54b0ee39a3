package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.replay.TimeConverter;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class TrialOptionsTest {
    private static final Clock CLOCK = Clock.fixed(ExampleTrials.NOW, ZoneOffset.UTC);

    @Command
    private static final class Holder {
        @Mixin
        private final TrialOptions options = new TrialOptions();
    }

    @TempDir
    private Path folder;

    private static String name(String... arguments) throws IOException {
        Holder holder = new Holder();
        CommandLine line = new CommandLine(holder).registerConverter(Instant.class, new TimeConverter(CLOCK));
        return holder.options.experiment(line.parseArgs(arguments), CLOCK);
    }

    @Test
    void theSameQuestionsAreTheSameExperiment() throws IOException {
        assertThat(name("--since", "7d", "--budget", "5"))
                .matches("2026-12-01-[0-9a-f]{8}")
                .isEqualTo(name("--rate=9", "--since=7d", "--budget=9"))
                .isNotEqualTo(name("--since", "7d", "--judge", "claude-x"))
                .isNotEqualTo(name("--since", "6d"));
        assertThat(name("--since", "7d", "--name", "mine")).isEqualTo("mine");
    }

    @Test
    void aFileWithOtherContentIsAnotherExperiment() throws IOException {
        Path models = Files.writeString(folder.resolve("models.yaml"), "cheaper: claude-a");
        Path copy = Files.copy(models, folder.resolve("copy.yaml"));
        String before = name("--since=7d", "--models=" + models);

        assertThat(before).isEqualTo(name("--since=7d", "--models=" + copy)).isNotEqualTo(name("--since=7d"));
        Path _ = Files.writeString(models, "cheaper: claude-b");
        assertThat(name("--since=7d", "--models=" + models)).isNotEqualTo(before);
    }

    @Test
    void refusesValuesOutOfBounds() {
        for (String wrong :
                new String[] {"--name=a/b", "--rate=0", "--rate=1001", "--concurrency=0", "--concurrency=65"}) {
            assertThatThrownBy(() -> name("--since=1d", wrong)).as(wrong).isInstanceOf(UsageException.class);
        }
    }
}
