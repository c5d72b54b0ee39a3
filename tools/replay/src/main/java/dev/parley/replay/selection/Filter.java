package dev.parley.replay.selection;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Which records are wanted, judged by time, key and headers. An empty set wants all.
 *
 * @param types whole names such as {@code dev.parley.ChatFailed.v1}, or {@code ChatFailed}, or the kind of a delta
 * @param since the first instant that is wanted
 * @param until the first that no longer is
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

    /** How far a record's place in its partition may be from its time: clocks differ, and so do ways. */
    static final Duration DISORDER_MAX = Duration.ofMinutes(10);

    private static final String FAMILY = "dev.parley.";

    public Filter {
        conversations = Set.copyOf(conversations);
        generations = Set.copyOf(generations);
        types = Set.copyOf(types);
        tenants = Set.copyOf(tenants);
    }

    public boolean wants(ConsumerRecord<byte[], byte[]> record) {
        EventHeaders headers = new EventHeaders(record.headers());
        return wantsTime(record.timestamp())
                && wants(conversations, () -> headers.find(CloudEvent.CONVERSATION))
                && wants(generations, () -> headers.find(CloudEvent.GENERATION).or(() -> RecordText.key(record)))
                && wants(tenants, () -> headers.find(CloudEvent.TENANT))
                && wantsType(headers);
    }

    /** Whether all that is wanted of a partition comes before this record of it. */
    public boolean isBehind(ConsumerRecord<byte[], byte[]> record) {
        return until.map(end -> record.timestamp() >= end.plus(DISORDER_MAX).toEpochMilli())
                .orElse(false);
    }

    private boolean wantsTime(long timestamp) {
        return since.map(first -> timestamp >= first.toEpochMilli()).orElse(true)
                && until.map(end -> timestamp < end.toEpochMilli()).orElse(true);
    }

    private static boolean wants(Set<String> wanted, Supplier<Optional<String>> found) {
        return wanted.isEmpty() || found.get().filter(wanted::contains).isPresent();
    }

    private boolean wantsType(EventHeaders headers) {
        return types.isEmpty()
                || headers.find(CloudEvent.TYPE)
                        .or(() -> headers.find(DeltaCodec.KIND))
                        .filter(type -> types.stream().anyMatch(wanted -> names(wanted, type)))
                        .isPresent();
    }

    private static boolean names(String wanted, String type) {
        String withoutFamily = type.startsWith(FAMILY) ? type.substring(FAMILY.length()) : type;
        String withoutVersion = withoutFamily.replaceFirst("\\.v\\d+$", "");
        return wanted.equalsIgnoreCase(type)
                || wanted.equalsIgnoreCase(withoutFamily)
                || wanted.equalsIgnoreCase(withoutVersion);
    }
}
