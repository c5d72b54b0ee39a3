package dev.parley.inference.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.inference.generation.DeltaSink.NotOursException;
import dev.parley.inference.generation.OffsetWatermark;
import dev.parley.membership.Membership;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class DeltaPublisherTest {
    private static final GenerationId GENERATION = GenerationId.next(Clock.systemUTC(), 0, new TenantId("acme"));

    private final MockProducer<String, byte[]> producer = producer(false);
    private final TurnLog turns = new TurnLog(() -> producer(true));
    private final Membership membership = new Membership(Duration.ofSeconds(6), System::nanoTime);
    private final DeltaPublisher.Sink sink =
            new DeltaPublisher(producer).to(0, new OwnedPartition(0, 0, new OffsetWatermark(0), turns, membership));

    @Test
    void takesNoAnswerForDeliveredOfWhichAPieceInTheMiddleWasLost() {
        sink.publish(new Heartbeat(GENERATION, 1, 0));
        sink.publish(new Heartbeat(GENERATION, 1, 1));
        producer.errorNext(new TimeoutException("the broker was away for too long"));
        producer.completeNext();
        assertThatIllegalStateException().isThrownBy(sink::awaitDelivery);
    }

    @Test
    void takesAnAnswerForDeliveredWhenAllPiecesAre() {
        sink.publish(new Heartbeat(GENERATION, 1, 0));
        producer.completeNext();
        assertThatCode(sink::awaitDelivery).doesNotThrowAnyException();
    }

    @Test
    void beginsNoFurtherAttemptOfAPartitionThatWasLost() {
        turns.close();
        assertThatExceptionOfType(NotOursException.class).isThrownBy(() -> sink.begin(new Heartbeat(GENERATION, 2, 0)));
        assertThat(producer.history()).isEmpty();
    }

    private static MockProducer<String, byte[]> producer(boolean autoComplete) {
        Node node = new Node(0, "127.0.0.1", 9);
        Cluster cluster = new Cluster(
                "test",
                List.of(node),
                List.of(new PartitionInfo("chat.deltas", 0, node, new Node[] {node}, new Node[] {node})),
                Set.of(),
                Set.of());
        return new MockProducer<>(cluster, autoComplete, null, new StringSerializer(), new ByteArraySerializer());
    }
}
