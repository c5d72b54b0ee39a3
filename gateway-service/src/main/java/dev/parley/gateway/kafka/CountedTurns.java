package dev.parley.gateway.kafka;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.gateway.limits.Settlement;
import dev.parley.gateway.session.IssuedKeys;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Selects the records of {@code chat.turns} that are settled. Decodes the value, which may be large, of these only. */
final class CountedTurns {
    private static final Logger LOG = LoggerFactory.getLogger(CountedTurns.class);
    private static final Set<String> ENDS =
            Set.of(TurnCodec.CHAT_COMPLETED, TurnCodec.CHAT_FAILED, TurnCodec.CHAT_CANCELLED);

    private final IssuedKeys keys;

    CountedTurns(IssuedKeys keys) {
        this.keys = keys;
    }

    /** Whether there is a key with limits. */
    boolean any() {
        return keys.anyMetered();
    }

    /** The settlement of a turn; empty if its key has no limits. */
    Optional<Settlement> settlement(ConsumerRecord<String, byte[]> turn) {
        EventHeaders headers = new EventHeaders(turn.headers());
        try {
            Optional<KeyIssued> key = headers.find(CloudEvent.KEY)
                    .map(KeyId::new)
                    .flatMap(keys::valid)
                    .filter(valid -> valid.limits().metered());
            if (key.isEmpty() || !ENDS.contains(headers.find(CloudEvent.TYPE).orElse(""))) {
                return Optional.empty();
            }
            TurnFacts facts = TurnCodec.decode(turn.headers(), turn.value()).facts();
            return key.map(issued -> new Settlement(
                    issued.key(),
                    issued.limits(),
                    facts.generation(),
                    facts.costUsd().orElse(BigDecimal.ZERO),
                    facts.usage().inputTokens() + facts.usage().cacheCreationInputTokens(),
                    facts.usage().outputTokens(),
                    facts.endedAt()));
        } catch (MalformedEventException | IllegalArgumentException e) {
            LOG.warn("Not settling {}-{}: {}", turn.partition(), turn.offset(), e.getMessage());
            return Optional.empty();
        }
    }
}
