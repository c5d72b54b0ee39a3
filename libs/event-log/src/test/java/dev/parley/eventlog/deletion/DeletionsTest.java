package dev.parley.eventlog.deletion;

import static dev.parley.eventlog.deletion.Deleted.ACME;
import static dev.parley.eventlog.deletion.Deleted.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeletionsTest {
    private static final ConversationId CONVERSATION = new ConversationId("conv-1");
    private static final TenantId OTHER = new TenantId("other");

    private final Deletions deletions = new Deletions();

    @Test
    void coversWhatWasMadeUpToTheDeletionAndNothingLater() {
        deletions.add(Deleted.at(NOON, "conv-1"));
        assertThat(deletions.cover(ACME, CONVERSATION, madeAt(NOON))).isTrue();
        assertThat(deletions.cover(ACME, CONVERSATION, madeAt(NOON.plusMillis(1))))
                .isFalse();
    }

    @Test
    void coversNothingOfAnotherConversationOrTenant() {
        deletions.add(Deleted.at(NOON, "conv-1"));
        assertThat(deletions.cover(ACME, new ConversationId("conv-2"), madeAt(NOON)))
                .isFalse();
        assertThat(deletions.cover(OTHER, CONVERSATION, madeAt(NOON))).isFalse();
        assertThat(deletions.deletedAt(OTHER, CONVERSATION)).isEmpty();
    }

    @Test
    void keepsTheLatestInWhateverOrderTheyCome() {
        deletions.add(Deleted.at(NOON.plusSeconds(1), "conv-1"));
        deletions.add(Deleted.at(NOON, "conv-1"));
        assertThat(deletions.deletedAt(ACME, CONVERSATION)).contains(NOON.plusSeconds(1));
        assertThat(deletions.count()).isEqualTo(1);
    }

    @Test
    void forgetsWhatIsOldAndTheTenantsThatHaveNothingElse() {
        deletions.add(Deleted.at(NOON, "conv-1"));
        deletions.add(Deleted.at(NOON.plusSeconds(1), "conv-2"));
        deletions.add(Deleted.of(OTHER, "conv-1", NOON));
        deletions.removeOlderThan(NOON.plusSeconds(1));
        assertThat(deletions.count(ACME)).isEqualTo(1);
        assertThat(deletions.count(OTHER)).isZero();
        assertThat(deletions.count()).isEqualTo(1);
    }

    @Test
    void forgetsWhatIsOlderThanADayAfterAPoll() {
        deletions.add(Deleted.at(Instant.now().minus(Duration.ofDays(2)), "conv-1"));
        deletions.add(Deleted.at(Instant.now(), "conv-2"));
        deletions.polled();
        assertThat(deletions.count()).isEqualTo(1);
    }

    @Test
    void addsTheDeletionOfARecord() {
        ProducerRecord<String, byte[]> sent = ChangeCodec.encodeDeletion(Deleted.at(NOON, "conv-1"));
        ConsumerRecord<String, byte[]> received = new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
        sent.headers().forEach(received.headers()::add);
        deletions.add(received);
        assertThat(deletions.deletedAt(ACME, CONVERSATION)).contains(NOON);
    }

    private static GenerationId madeAt(Instant time) {
        return GenerationId.unsigned(Clock.fixed(time, ZoneOffset.UTC), 0);
    }
}
