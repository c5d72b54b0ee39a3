package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class TopicsWaitTest {
    @Test
    void waitsForNothingOnceTheTopicsAreProvisioned() throws Exception {
        assertThat(missing(Topics.TURNS, described(Topics.TURNS.partitions()))).isEmpty();
        assertThat(missing(Topics.TURNS, described(Topics.TURNS.partitions() + 1)))
                .isEmpty();
    }

    @Test
    void waitsForFurtherPartitions() throws Exception {
        assertThat(missing(Topics.TURNS, described(3))).containsExactly("chat.turns (3 of 12 partitions)");
    }

    @Test
    void waitsForAMissingTopicAndForTheRightToDescribeIt() throws Exception {
        assertThat(missing(Topics.TURNS, failed(new UnknownTopicOrPartitionException("gone"))))
                .singleElement()
                .asString()
                .startsWith("chat.turns (")
                .contains("gone");
        assertThat(missing(Topics.TURNS, failed(new TopicAuthorizationException("no"))))
                .hasSize(1);
    }

    /** Brokers that start have no name yet, and a client cannot be made without one that resolves. */
    @Test
    void waitsForTheNameOfTheBrokers() throws Exception {
        assertThat(TopicsWait.missing(List.of(Topics.TURNS), KafkaConnection.of("kafka.invalid:9092", Map.of())))
                .singleElement()
                .asString()
                .startsWith("chat.turns (")
                .contains("bootstrap.servers");
    }

    private static List<String> missing(Topic topic, KafkaFuture<TopicDescription> answer) throws Exception {
        return TopicsWait.missing(List.of(topic), Map.of(topic.name(), answer));
    }

    private static KafkaFuture<TopicDescription> described(int partitions) {
        List<TopicPartitionInfo> each = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartitionInfo(partition, Node.noNode(), List.of(), List.of()))
                .toList();
        return KafkaFuture.completedFuture(new TopicDescription("chat.turns", false, each));
    }

    private static KafkaFuture<TopicDescription> failed(Exception failure) {
        KafkaFutureImpl<TopicDescription> answer = new KafkaFutureImpl<>();
        answer.completeExceptionally(failure);
        return answer;
    }
}
