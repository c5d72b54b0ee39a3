package dev.parley.eventlog;

import dev.parley.contracts.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts the records that a consumer group cannot process. A service registers its counter at the start, so that an alert sees
 * the first increase.
 */
public final class DeadLetterCounter {
    private DeadLetterCounter() {}

    /** The counter of a group, 0 when it is first asked for. */
    public static Counter of(MeterRegistry registry, String group, Topic topic) {
        return Counter.builder("parley.dead.letters")
                .description("Records that the group could not process, and therefore skipped")
                .tags("group", group, "topic", topic.name())
                .register(registry);
    }
}
