package dev.parley.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.price.Prices;
import dev.parley.gateway.SampleConversation;
import dev.parley.gateway.limits.UsageMeter;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.session.IssuedKeys;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.testing.Received;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountedTurnsTest {
    private static final KeyId KEY = KeyId.next(Clock.systemUTC());

    private final CountedTurns turns = new CountedTurns(
            new IssuedKeys(OnDisconnect.GRACE, Clock.systemUTC()),
            new UsageMeter(new Prices(List.of()), new ModelAliases(List.of())));

    @Test
    void settlesATurn() {
        assertThat(turns.settlement(turn("", "")).orElseThrow().cost()).isEqualByComparingTo("0.00125");
    }

    /** Else one turn would stop the settlement of all keys at every gateway. */
    @ParameterizedTest
    @CsvSource({
        "'\"attempts\":[]', '\"attempts\":[null]'",
        "'\"cost_usd\":0.00125', '\"cost_usd\":1000000000000'",
        "'\"cost_usd\":0.00125', '\"cost_usd\":\"a\"'"
    })
    void skipsATurnThatCannotBeCounted(String text, String replacement) {
        assertThat(turns.settlement(turn(text, replacement))).isEmpty();
    }

    private static ConsumerRecord<String, byte[]> turn(String text, String replacement) {
        var encoded =
                TurnCodec.encode(new SampleConversation(new ConversationId("c"), Instant.EPOCH).turn("Why?", "So."));
        encoded.headers().add(CloudEvent.KEY, KEY.value().getBytes(UTF_8));
        String value = new String(encoded.value(), UTF_8);
        assertThat(value).contains(text);
        return Received.with(
                encoded, 0, encoded.key(), value.replace(text, replacement).getBytes(UTF_8));
    }
}
