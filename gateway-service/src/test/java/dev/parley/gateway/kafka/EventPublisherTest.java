package dev.parley.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class EventPublisherTest {
    private static final ConversationDeleted DELETION = new ConversationDeleted(
            new RequestId("req_1"),
            new TenantId("acme"),
            new ConversationId("conv_1"),
            Instant.parse("2026-11-24T10:00:00Z"),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    private final List<String> sent = new ArrayList<>();
    private final Queue<Callback> callbacks = new ArrayDeque<>();
    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

    private final EventPublisher publisher = new EventPublisher((event, callback) -> {
        sent.add(event.topic());
        callbacks.add(callback);
        return new CompletableFuture<>();
    });

    /** The callbacks come on the thread of the producer, which fetches the metadata that sending may wait for. */
    @Test
    void publishesADeletionOnBothTopicsInOrder() throws Exception {
        CompletableFuture<Void> published = publisher.publish(DELETION, work::add);
        assertThat(sent).containsExactly(Topics.TURNS.name());

        callbacks.remove().onCompletion(null, null);
        assertThat(sent).as("on the thread of the producer").hasSize(1);
        work.remove().run();
        assertThat(sent).containsExactly(Topics.TURNS.name(), Topics.DELETIONS.name());
        assertThat(published).isNotDone();

        callbacks.remove().onCompletion(null, null);
        assertThat(published)
                .as("until all replicas of inference-service know it")
                .isNotDone();
        Runnable response = work.poll(20, TimeUnit.SECONDS);
        assertThat(response).isNotNull();
        response.run();
        assertThat(published).isCompleted();
    }

    @Test
    void aDeletionThatTheTableNeverShowsHidesNothing() {
        CompletableFuture<Void> published = publisher.publish(DELETION, Runnable::run);

        callbacks.remove().onCompletion(null, new TimeoutException());

        assertThat(published).isCompletedExceptionally();
        assertThat(sent).containsExactly(Topics.TURNS.name());
    }
}
