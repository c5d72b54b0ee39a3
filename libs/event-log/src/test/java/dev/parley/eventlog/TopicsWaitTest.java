package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.SaslAuthenticationException;
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
        KafkaConnection kafka = KafkaConnection.of("kafka.invalid:9092", Map.of());
        try (TopicsWait wait = new TopicsWait(() -> Admin.create(kafka.client("topics-wait", Map.of())))) {
            assertThat(wait.missing(List.of(Topics.TURNS)))
                    .singleElement()
                    .asString()
                    .startsWith("chat.turns (")
                    .contains("bootstrap.servers");
        }
    }

    @Test
    void usesOneClientWhileTopicsAreMissing() throws Exception {
        ScriptedAdmins admins = new ScriptedAdmins(List.of(
                failed(new UnknownTopicOrPartitionException("gone")),
                described(3),
                described(Topics.TURNS.partitions())));
        try (TopicsWait wait = new TopicsWait(admins::next)) {
            assertThat(wait.missing(List.of(Topics.TURNS))).hasSize(1);
            assertThat(wait.missing(List.of(Topics.TURNS))).hasSize(1);
            assertThat(wait.missing(List.of(Topics.TURNS))).isEmpty();
        }
        assertThat(admins.made).isEqualTo(1);
        assertThat(admins.closed).isEqualTo(1);
    }

    /** Such as credentials that were refused because their user did not exist yet. */
    @Test
    void replacesAClientAfterAnError() throws Exception {
        ScriptedAdmins admins = new ScriptedAdmins(
                List.of(failed(new SaslAuthenticationException("no")), described(Topics.TURNS.partitions())));
        try (TopicsWait wait = new TopicsWait(admins::next)) {
            assertThat(wait.missing(List.of(Topics.TURNS))).hasSize(1);
            assertThat(admins.closed).isEqualTo(1);
            assertThat(wait.missing(List.of(Topics.TURNS))).isEmpty();
        }
        assertThat(admins.made).isEqualTo(2);
        assertThat(admins.closed).isEqualTo(2);
    }

    /** Makes clients that give these answers about {@code chat.turns}, one after the other. */
    private static final class ScriptedAdmins {
        private final Deque<KafkaFuture<TopicDescription>> answers = new ArrayDeque<>();
        private int made;
        private int closed;

        ScriptedAdmins(List<KafkaFuture<TopicDescription>> answers) {
            this.answers.addAll(answers);
        }

        Admin next() {
            made++;
            return new ForwardingAdmin(Map.of("bootstrap.servers", "127.0.0.1:1")) {
                @Override
                public DescribeTopicsResult describeTopics(TopicCollection topics, DescribeTopicsOptions options) {
                    return new DescribeTopicsResult(null, Map.of(Topics.TURNS.name(), answers.remove())) {};
                }

                @Override
                public void close(Duration timeout) {
                    closed++;
                    super.close(timeout);
                }
            };
        }
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
