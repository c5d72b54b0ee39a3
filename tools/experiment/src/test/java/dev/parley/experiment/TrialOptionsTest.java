package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.replay.TimeConverter;
import dev.parley.replay.selection.UsageException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class TrialOptionsTest {
    private static final Clock CLOCK = Clock.fixed(Examples.NOW, ZoneOffset.UTC);

    @Command
    private static final class Holder {
        @Mixin
        private final TrialOptions options = new TrialOptions();
    }

    private static String name(String... arguments) {
        Holder holder = new Holder();
        CommandLine line = new CommandLine(holder).registerConverter(Instant.class, new TimeConverter(CLOCK));
        return holder.options.experiment(line.parseArgs(arguments), CLOCK);
    }

    @Test
    void theSameQuestionsAreTheSameExperiment() {
        assertThat(name("--since", "7d", "--budget", "5"))
                .matches("2026-12-01-[0-9a-f]{8}")
                .isEqualTo(name("--rate=9", "--since=7d", "--budget=9"))
                .isNotEqualTo(name("--since", "7d", "--judge", "claude-x"))
                .isNotEqualTo(name("--since", "7d", "--models", "models.yaml"))
                .isNotEqualTo(name("--since", "6d"));
        assertThat(name("--since", "7d", "--name", "mine")).isEqualTo("mine");
    }

    @Test
    void refusesValuesOutOfBounds() {
        for (String wrong :
                new String[] {"--name=a/b", "--rate=0", "--rate=1001", "--concurrency=0", "--concurrency=65"}) {
            assertThatThrownBy(() -> name("--since=1d", wrong)).as(wrong).isInstanceOf(UsageException.class);
        }
    }
}
