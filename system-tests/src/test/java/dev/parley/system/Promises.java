package dev.parley.system;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.ConversationCodec;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks what Parley promises, by reading the topics, after a story has been told. */
final class Promises {
    /** The header of records that a test wrote for being odd. */
    static final String ODD = "odd";

    private Promises() {}

    /** Every request on the log comes to have exactly one turn event, and no turn is without a request. */
    static void eachRequestHasOneTurn(LocalStack stack) throws Exception {
        TopicReader reader = new TopicReader(stack.kafka());
        Eventually.value(() -> unbalanced(reader), List::isEmpty);
    }

    private static List<String> unbalanced(TopicReader reader) {
        Map<String, Long> turns = generations(reader, Topics.TURNS.name());
        Set<String> all =
                new TreeSet<>(generations(reader, Topics.REQUESTS.name()).keySet());
        all.addAll(turns.keySet());
        return all.stream()
                .filter(generation -> turns.getOrDefault(generation, 0L) != 1)
                .map(generation -> generation + " has " + turns.getOrDefault(generation, 0L) + " turns")
                .toList();
    }

    private static Map<String, Long> generations(TopicReader reader, String topic) {
        return reader.all(topic).stream()
                .filter(event -> !ConversationCodec.carries(event.headers()))
                .map(event -> new EventHeaders(event.headers()))
                .filter(headers -> headers.find(ODD).isEmpty())
                .map(headers -> headers.require(CloudEvent.GENERATION))
                .collect(groupingBy(generation -> generation, counting()));
    }
}
