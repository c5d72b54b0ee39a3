package dev.parley.gateway;

import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads {@code chat.requests} from its beginning. Owned by the test's thread. */
final class RequestLog implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<ConversationId, ChatRequested> requests = new HashMap<>();

    RequestLog(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.REQUESTS.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The latest request of a conversation; waits for it. */
    ChatRequested of(String conversation) {
        ConversationId id = new ConversationId(conversation);
        return await().atMost(SOON)
                .pollInSameThread()
                .until(() -> find(request -> request.conversation().equals(id)), Optional::isPresent)
                .orElseThrow();
    }

    /** The latest request of a user; waits for it. */
    ChatRequested ofUser(String user) {
        return await().atMost(SOON)
                .pollInSameThread()
                .until(() -> find(request -> request.user().equals(user)), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<ChatRequested> find(Predicate<ChatRequested> wanted) {
        consumer.poll(Duration.ofMillis(50)).forEach(event -> {
            ChatRequested request = RequestCodec.decodeChatRequested(event.headers(), event.value());
            requests.put(request.conversation(), request);
        });
        return requests.values().stream().filter(wanted).findAny();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
