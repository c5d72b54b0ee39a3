package dev.parley.inference.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.inference.generation.OffsetWatermark;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class GenerationsInHandTest {
    private static final TenantId ACME = new TenantId("acme");

    private final GenerationsInHand inHand = new GenerationsInHand();
    private final TurnLog turns =
            new TurnLog(() -> new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()));
    private final OwnedPartition partition = new OwnedPartition(
            0, 0, new OffsetWatermark(0), turns, new Membership(Duration.ofSeconds(6), System::nanoTime));

    @Test
    void countsTheBytesOfRequestsUntilTheyAreSettled() {
        RequestInHand first = request(0, 100);
        RequestInHand second = request(1, 1_000);
        inHand.take(first);
        inHand.take(second);
        assertThat(inHand.bytes()).isEqualTo(1_100);
        inHand.settle(first.generation());
        assertThat(inHand.bytes()).isEqualTo(1_000);
        inHand.settle(first.generation());
        inHand.settle(second.generation());
        assertThat(inHand.bytes()).isZero();
    }

    @Test
    void countsADoubleAsOftenAsItIsThere() {
        RequestInHand request = request(0, 100);
        assertThat(inHand.take(request)).isTrue();
        assertThat(inHand.take(request)).isFalse();
        assertThat(inHand.bytes()).isEqualTo(200);
        inHand.settle(request.generation());
        assertThat(inHand.bytes()).isZero();
    }

    @Test
    void countsNothingOfAPartitionThatIsGone() {
        RequestInHand request = request(0, 100);
        inHand.take(request);
        turns.close();
        assertThat(inHand.again(request.generation())).isEmpty();
        assertThat(inHand.bytes()).isZero();
    }

    private RequestInHand request(long offset, int bytes) {
        partition.watermark().begin(offset);
        ChatRequested requested = new ChatRequested(
                GenerationId.unsigned(Clock.systemUTC(), 0),
                new ConversationId("conv_1"),
                ACME,
                "ada",
                Optional.empty(),
                "claude-x",
                true,
                new Fingerprint("0".repeat(64)),
                CachePolicy.USE,
                new ReplyAddress(0, 0),
                Instant.EPOCH,
                Instant.EPOCH,
                "2023-06-01",
                "",
                "",
                new byte[bytes]);
        return new RequestInHand(requested, partition, offset);
    }
}
