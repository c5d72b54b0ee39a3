package dev.parley.system;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.ConversationCodec;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks what Parley promises, by reading the topics, after a story has been told. */
final class Promises {
    /** The header of records that a test wrote for being odd. */
    static final String ODD = "odd";

    private Promises() {}

    /**
     * Every request on the log comes to have exactly one turn event, no turn is without a request, and no second turn comes
     * of what was in flight when they were in balance.
     */
    static void eachRequestHasOneTurn(LocalStack stack) throws Exception {
        eachRequestHasOneTurn(stack.kafka());
    }

    /** The same of any broker on which the services, or a test in their place, commit what they have finished. */
    static void eachRequestHasOneTurn(String kafka) throws Exception {
        TopicReader reader = new TopicReader(kafka);
        Eventually.value(() -> unbalanced(reader), List::isEmpty);
        new LogBarrier(kafka).pass();
        // Requests that came meanwhile may not have their turns yet.
        Eventually.value(() -> unbalanced(reader), List::isEmpty);
    }

    /** What has no turn yet, or one without a request. A turn too many is an error at once: it never goes away. */
    private static List<String> unbalanced(TopicReader reader) {
        Map<String, Long> turns = generations(reader, Topics.TURNS.name());
        assertThat(turns)
                .as("turns of each generation")
                .allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
        Set<String> unbalanced =
                new TreeSet<>(generations(reader, Topics.REQUESTS.name()).keySet());
        Set<String> withoutRequest = new TreeSet<>(turns.keySet());
        withoutRequest.removeAll(unbalanced);
        unbalanced.removeAll(turns.keySet());
        return Stream.concat(
                        unbalanced.stream().map(generation -> generation + " has no turn"),
                        withoutRequest.stream().map(generation -> generation + " has no request"))
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
