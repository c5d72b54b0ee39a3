package dev.parley.replay.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.replay.Records;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class FilterTest {
    private static final String GENERATION = "gen_019ab5365fc07a3e9c41d2b7f08e6a15";
    private static final String CONVERSATION = "conv_019ab5365fc0781b8f2e4a6c9d013b57";

    @ParameterizedTest
    @CsvSource({
        "ChatFailed.v1, ChatFailed, true",
        "ChatFailed.v1, chatfailed, true",
        "ChatFailed.v1, ChatFailed.v1, true",
        "ChatFailed.v1, dev.parley.ChatFailed.v1, true",
        "ChatFailed.v1, ChatFailed.v2, false",
        "ChatFailed.v1, Chat, false",
        "ChatFailed.v1, ChatCompleted, false",
        "delta-last, last, true",
        "delta-last, frames, false",
    })
    void matchesTypesByFullAndShortNames(String record, String type, boolean matches) {
        assertThat(filter("--type", type).matches(Records.golden(record))).isEqualTo(matches);
    }

    @Test
    void matchesTheGenerationInTheHeadersOrTheKey() {
        Filter filter = filter("--generation", GENERATION);

        assertThat(filter.matches(Records.golden("ChatRequested.v1"))).isTrue();
        assertThat(filter.matches(Records.golden("ChatCompleted.v1"))).isTrue();
        assertThat(filter.matches(Records.golden("delta-frames"))).isTrue();
        assertThat(filter.matches(Records.golden("CancelRequested.v1"))).isTrue();
        assertThat(filter.matches(Records.record("chat.deltas", null, null, new RecordHeaders())))
                .isFalse();
    }

    @Test
    void matchesOnlyRecordsThatMeetEveryCondition() {
        var record = Records.golden("ChatCompleted.v1");

        assertThat(filter("--conversation", CONVERSATION, "--tenant", "acme").matches(record))
                .isTrue();
        assertThat(filter("--conversation", "conv_other", "--tenant", "acme").matches(record))
                .isFalse();
        assertThat(filter("--conversation", CONVERSATION, "--tenant", "other").matches(record))
                .isFalse();
    }

    @Test
    void includesSinceAndExcludesUntil() {
        var record = Records.golden("ChatCompleted.v1");
        Instant time = Instant.ofEpochMilli(record.timestamp());

        assertThat(between(time, time.plusMillis(1)).matches(record)).isTrue();
        assertThat(between(time.minusMillis(1), time).matches(record)).isFalse();
        assertThat(between(time.plusMillis(1), time.plusMillis(2)).matches(record))
                .isFalse();
    }

    @Test
    void isPastTenMinutesAfterUntil() {
        var record = Records.golden("ChatCompleted.v1");
        Instant time = Instant.ofEpochMilli(record.timestamp());

        assertThat(between(Instant.EPOCH, time.minusSeconds(600)).isPast(record))
                .isTrue();
        assertThat(between(Instant.EPOCH, time.minusSeconds(599)).isPast(record))
                .isFalse();
        assertThat(filter().isPast(record)).isFalse();
    }

    @Test
    void matchesEverythingWithoutConditions() {
        assertThat(filter().matches(Records.record("any", null, null, new RecordHeaders())))
                .isTrue();
    }

    private static Filter between(Instant since, Instant until) {
        return filter("--since", since.toString(), "--until", until.toString());
    }

    private static Filter filter(String... options) {
        return CommandLine.populateCommand(new Filter(), options);
    }
}
