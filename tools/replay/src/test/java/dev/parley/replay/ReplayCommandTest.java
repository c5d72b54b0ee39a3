package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayCommandTest {
    private final StringWriter told = new StringWriter();

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--since yesterday | 'yesterday' is no time",
                "--limit 0 | --limit must be at least 1",
                "--limit many | --limit",
                "--from-offset -1 --partition 0 | an offset is at least 0",
                "--format xml | --format",
                "--spreadsheet | --spreadsheet is for --format csv",
                "--bootstrap-servers nowhere | 'nowhere' is no HOST:PORT",
                "--nonsense | --nonsense",
                "chat.turns chat.deltas | chat.deltas",
                "-o missing/folder/file | there is no folder",
            })
    void badArgumentsGetAReasonAndAUsageLine(String arguments, String reason) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(told.toString().lines()).hasSize(2);
        assertThat(told.toString().lines().findFirst().orElse(""))
                .startsWith("replay: ")
                .contains(reason);
        assertThat(told.toString()).contains("usage: ./parley replay");
    }

    @Test
    void refusesToReplaceAFileBeforeItAsksTheBroker() throws java.io.IOException {
        Path file = Files.writeString(folder.resolve("turns.jsonl"), "old");

        assertThat(run("-o", file.toString())).isEqualTo(2);
        assertThat(told.toString()).contains("is there already; --force replaces a file");
        assertThat(file).hasContent("old");
    }

    @Test
    void saysThatNoBrokerAnswersAndLeavesNoFile() throws java.io.IOException {
        assertThat(run(
                        "--bootstrap-servers",
                        "127.0.0.1:1",
                        "-o",
                        folder.resolve("turns.jsonl").toString()))
                .isEqualTo(1);
        assertThat(told.toString().lines()).hasSize(1);
        assertThat(told.toString()).startsWith("replay: no Kafka broker answers at 127.0.0.1:1");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void takesTheBrokerFromTheEnvironment() {
        assertThat(run(Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:2"), "--list"))
                .isEqualTo(1);
        assertThat(told.toString()).contains("127.0.0.1:2");
    }

    @Test
    void saysSoWhenANameCannotBeResolved() {
        assertThat(run("--bootstrap-servers", "no-such-host.invalid:9092")).isEqualTo(1);
        assertThat(told.toString()).contains("no Kafka broker answers at no-such-host.invalid:9092");
    }

    private int run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private int run(Map<String, String> environment, String... arguments) {
        return ReplayCommand.commandLine(Clock.systemUTC(), environment)
                .setErr(new PrintWriter(told, true))
                .execute(arguments);
    }
}
