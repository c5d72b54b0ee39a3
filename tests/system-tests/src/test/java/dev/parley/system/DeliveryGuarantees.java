package dev.parley.system;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Checks the delivery guarantees by reading the topics after a test. */
final class DeliveryGuarantees {
    /** Header of test records that these checks ignore. */
    static final String EXCLUDED = "odd";

    private static final String OWNERS = "inference-service";

    private DeliveryGuarantees() {}

    /**
     * Waits until every request that is on the log now has exactly one turn event. Fails if a turn lacks a request, and on
     * a second turn, also if it comes from work that was in flight.
     */
    static void eachRequestHasOneTurn(LocalStack stack) throws Exception {
        eachRequestHasOneTurn(stack.kafka(), OWNERS);
    }

    /** Variant for any broker on which the consumers of this group, or a test in their place, commit processed requests. */
    static void eachRequestHasOneTurn(String kafka, String owners) throws Exception {
        TopicReader reader = new TopicReader(kafka);
        // Other stories may send more meanwhile.
        Set<String> requests = generations(reader, Topics.REQUESTS.name()).keySet();
        Eventually.value(() -> withoutTurn(requests, reader), List::isEmpty);
        new LogBarrier(kafka, Topics.REQUESTS.name(), owners).await();
        turns(reader);
    }

    private static List<String> withoutTurn(Set<String> requests, TopicReader reader) {
        Set<String> turns = turns(reader);
        return requests.stream()
                .filter(generation -> !turns.contains(generation))
                .sorted()
                .map(generation -> generation + " has no turn")
                .toList();
    }

    /** Generations with a turn. A duplicate turn, and one without a request, fail at once, because they cannot disappear. */
    private static Set<String> turns(TopicReader reader) {
        Map<String, Long> turns = generations(reader, Topics.TURNS.name());
        assertThat(turns)
                .as("turns of each generation")
                .allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
        assertThat(generations(reader, Topics.REQUESTS.name()).keySet())
                .as("requests")
                .containsAll(turns.keySet());
        return turns.keySet();
    }

    /** Whether the record is a request or its turn, and not a change or a test's own. */
    static boolean concernsARequest(ConsumerRecord<String, byte[]> event) {
        return !ChangeCodec.carries(event.headers())
                && new EventHeaders(event.headers()).find(EXCLUDED).isEmpty();
    }

    /** Checks that every consumer could read every record so far. */
    static void noDeadLetters(LocalStack stack) {
        TopicReader reader = new TopicReader(stack.kafka());
        assertThat(Topics.all().stream()
                        .map(Topic::name)
                        .filter(topic -> topic.endsWith(".dead"))
                        .flatMap(topic -> reader.all(topic).stream()))
                .as("dead letters")
                .isEmpty();
    }

    private static Map<String, Long> generations(TopicReader reader, String topic) {
        return reader.all(topic).stream()
                .filter(DeliveryGuarantees::concernsARequest)
                .map(event -> new EventHeaders(event.headers()).require(CloudEvent.GENERATION))
                .collect(groupingBy(generation -> generation, counting()));
    }
}
