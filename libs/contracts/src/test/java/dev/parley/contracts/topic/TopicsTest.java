package dev.parley.contracts.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsTest {
    /** Without a largest lag, Kafka compacts a topic only when half of it was replaced: perhaps never. */
    @Test
    void aReplacedRecordOfACompactedTopicIsRemovedInTime() {
        assertThat(Topics.all().stream().filter(Topic::compacted)).isNotEmpty().allSatisfy(topic -> {
            Map<String, String> settings = topic.settings();
            assertThat(settings.get("max.compaction.lag.ms"))
                    .isEqualTo(Long.toString(topic.retention().toMillis()))
                    .isEqualTo(settings.get("min.compaction.lag.ms"));
        });
    }

    @Test
    void namesTheTopicsWithMessagesOnly() {
        assertThat(Topics.withMessages())
                .contains(Topics.TURNS, Topics.PUBLISHED)
                .doesNotContain(Topics.KEYS);
    }
}
