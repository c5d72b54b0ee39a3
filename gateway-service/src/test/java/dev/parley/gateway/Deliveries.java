package dev.parley.gateway;

import dev.parley.contracts.event.AnswerDelivered;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.TopicLog;
import java.util.List;

/** What {@code chat.deliveries} has. */
final class Deliveries {
    private Deliveries() {}

    /** How the responses of a generation that have ended did so. */
    static List<String> outcomes(String bootstrapServers, GenerationId generation) {
        try (TopicLog log = new TopicLog(bootstrapServers, Topics.DELIVERIES)) {
            return log.all().stream()
                    .filter(event -> event.key().equals(generation.value()))
                    .map(event -> TurnCodec.MAPPER
                            .readValue(event.value(), AnswerDelivered.class)
                            .outcome())
                    .toList();
        }
    }
}
