package dev.parley.gateway.kafka;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.Settlement;
import dev.parley.gateway.limits.UsageMeter;
import dev.parley.gateway.session.IssuedKeys;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Selects the records of {@code chat.turns} that are settled. Decodes the value, which may be large, of these only. */
final class CountedTurns {
    private static final Logger LOG = LoggerFactory.getLogger(CountedTurns.class);

    private final IssuedKeys keys;
    private final UsageMeter meter;

    CountedTurns(IssuedKeys keys, UsageMeter meter) {
        this.keys = keys;
        this.meter = meter;
    }

    /**
     * The settlement of a turn; empty unless it is the end of a request with an issued key. Also if that was revoked since, or
     * is not known to this gateway yet: the gateway that accepted the request knew it.
     */
    Optional<Settlement> settlement(ConsumerRecord<String, byte[]> turn) {
        try {
            // Also any other failure: else this turn would stop the settlement of all others.
            return MalformedEventException.orMalformed("the turn cannot be counted", () -> counted(turn));
        } catch (MalformedEventException e) {
            LOG.warn("Not settling {}-{}: {}", turn.partition(), turn.offset(), e.reason());
            return Optional.empty();
        }
    }

    private Optional<Settlement> counted(ConsumerRecord<String, byte[]> turn) {
        EventHeaders headers = new EventHeaders(turn.headers());
        Optional<KeyId> key = headers.find(CloudEvent.KEY).map(KeyId::new);
        if (key.isEmpty() || !headers.isOf(TurnCodec.CHAT_COMPLETED, TurnCodec.CHAT_FAILED, TurnCodec.CHAT_CANCELLED)) {
            return Optional.empty();
        }
        Turn ended = TurnCodec.decode(turn.headers(), turn.value());
        TurnFacts facts = ended.facts();
        return key.map(id -> new Settlement(
                id,
                keys.valid(id).map(KeyIssued::limits).orElse(KeyLimits.NONE),
                facts.generation(),
                meter.knownCost(ended),
                facts.usage().inputTokens() + facts.usage().cacheCreationInputTokens(),
                facts.usage().outputTokens(),
                meter.of(ended),
                facts.endedAt()));
    }
}
