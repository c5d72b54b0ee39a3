package dev.parley.contracts.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import dev.parley.testing.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The check of {@code docs/events.md} against the code. Its examples are checked in {@code replay}, which produces them. */
class EventsDocTest {
    private static final Pattern TOPIC_ROW =
            Pattern.compile("\\| `(chat\\.[a-z.]+)` \\| .+ \\| .+ \\| (\\d+) \\| (\\d+ [a-z]+) \\|");
    private static final Pattern HEADER_ROW = Pattern.compile("(?m)^\\| `([a-z_-]+)` \\| .+ \\| .*\\|$");

    private final String document;

    EventsDocTest() throws IOException {
        document = Files.readString(Path.of("../../docs/events.md"), UTF_8);
    }

    @Test
    void listsEveryTopicWithItsPartitionsAndRetention() {
        List<String> rows = TOPIC_ROW
                .matcher(document)
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Topics.all().stream()
                        .map(topic -> topic.name() + " " + topic.partitions() + " " + inWords(topic.retention()))
                        .toList());
    }

    @Test
    void hasASectionForEveryEventAndKindOfDelta() {
        assertThat(GoldenFile.in(GoldenFile.CURRENT))
                .extracting(GoldenFile::subject)
                .allSatisfy(subject -> assertThat(document)
                        .containsPattern(
                                subject.equals("dead-letter")
                                        ? "(?m)^## Dead letters$"
                                        : "(?m)^##+ `" + subject.replaceAll("^delta-|\\.v\\d+$", "") + "`$"));
    }

    @Test
    void explainsExactlyTheHeadersOfTheAsyncApiDocument() {
        Set<String> headers = new TreeSet<>();
        ContractDocuments.asyncApi()
                .at("/components/messages")
                .values()
                .forEach(message ->
                        headers.addAll(message.at("/headers/properties").propertyNames()));

        assertThat(HEADER_ROW.matcher(document).results().map((MatchResult row) -> row.group(1)))
                .containsExactlyInAnyOrderElementsOf(headers);
    }

    private static String inWords(Duration retention) {
        long hours = retention.toHours();
        long count = hours % 24 == 0 ? hours / 24 : hours;
        return count + (hours % 24 == 0 ? " day" : " hour") + (count == 1 ? "" : "s");
    }
}
