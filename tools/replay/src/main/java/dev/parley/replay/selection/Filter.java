package dev.parley.replay.selection;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Matches records by time, key and headers. An empty set matches every record.
 *
 * @param types full names such as {@code dev.parley.ChatFailed.v1}, short names such as {@code ChatFailed}, or kinds of
 *     deltas
 * @param since the first matching time
 * @param until the first time that no longer matches
 */
public record Filter(
        Set<String> conversations,
        Set<String> generations,
        Set<String> types,
        Set<String> tenants,
        Optional<Instant> since,
        Optional<Instant> until) {
    public static final Filter ALL =
            new Filter(Set.of(), Set.of(), Set.of(), Set.of(), Optional.empty(), Optional.empty());

    /** How much later than a following record a record may be: clocks and delays differ between producers. */
    static final Duration DISORDER_MAX = Duration.ofMinutes(10);

    private static final String TYPE_PREFIX = "dev.parley.";

    public Filter {
        conversations = Set.copyOf(conversations);
        generations = Set.copyOf(generations);
        types = Set.copyOf(types);
        tenants = Set.copyOf(tenants);
    }

    public boolean matches(ConsumerRecord<byte[], byte[]> record) {
        EventHeaders headers = new EventHeaders(record.headers());
        return matchesTime(Instant.ofEpochMilli(record.timestamp()))
                && (conversations.isEmpty() || contains(conversations, headers.find(CloudEvent.CONVERSATION)))
                && (generations.isEmpty()
                        || contains(
                                generations, headers.find(CloudEvent.GENERATION).or(() -> RecordText.of(record.key()))))
                && (tenants.isEmpty() || contains(tenants, headers.find(CloudEvent.TENANT)))
                && (types.isEmpty()
                        || headers.find(CloudEvent.TYPE)
                                .or(() -> headers.find(DeltaCodec.KIND))
                                .filter(this::matchesType)
                                .isPresent());
    }

    /** Whether no later record of the partition can match. */
    public boolean isPast(ConsumerRecord<byte[], byte[]> record) {
        return until.map(end -> record.timestamp() >= end.plus(DISORDER_MAX).toEpochMilli())
                .orElse(false);
    }

    private boolean matchesTime(Instant time) {
        return since.map(first -> !time.isBefore(first)).orElse(true)
                && until.map(time::isBefore).orElse(true);
    }

    private static boolean contains(Set<String> accepted, Optional<String> found) {
        return found.filter(accepted::contains).isPresent();
    }

    private boolean matchesType(String type) {
        String shortName = type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type;
        String withoutVersion = shortName.replaceFirst("\\.v\\d+$", "");
        return types.stream()
                .anyMatch(accepted -> accepted.equalsIgnoreCase(type)
                        || accepted.equalsIgnoreCase(shortName)
                        || accepted.equalsIgnoreCase(withoutVersion));
    }
}
