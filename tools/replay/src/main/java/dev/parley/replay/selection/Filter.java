package dev.parley.replay.selection;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Option;

/** Matches records by time, key and headers. An empty set matches every record. */
public final class Filter {
    /** How much later than a following record a record may be: clocks and delays differ between producers. */
    private static final Duration DISORDER_MAX = Duration.ofMinutes(10);

    private static final String TYPE_PREFIX = "dev.parley.";

    @Option(names = "--since", paramLabel = "TIME", description = "Only records from this time on.")
    Optional<Instant> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "Only records before this time.")
    Optional<Instant> until = Optional.empty();

    @Option(names = "--conversation", paramLabel = "ID", split = ",", description = "Only these conversations.")
    Set<String> conversations = new HashSet<>();

    @Option(names = "--generation", paramLabel = "ID", split = ",", description = "Only these generations.")
    Set<String> generations = new HashSet<>();

    /** Full names such as {@code dev.parley.ChatFailed.v1}, short names, or kinds of deltas. */
    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description = "Only these events (ChatFailed) or kinds of delta (last).")
    private Set<String> types = new HashSet<>();

    @Option(names = "--tenant", paramLabel = "ID", split = ",", description = "Only these tenants.")
    Set<String> tenants = new HashSet<>();

    public Optional<Instant> since() {
        return since;
    }

    public boolean matches(ConsumerRecord<byte[], byte[]> record) {
        EventHeaders headers = new EventHeaders(record.headers());
        Instant time = Instant.ofEpochMilli(record.timestamp());
        return since.map(first -> !time.isBefore(first)).orElse(true)
                && until.map(time::isBefore).orElse(true)
                && accepts(conversations, headers.find(CloudEvent.CONVERSATION))
                && accepts(generations, headers.find(CloudEvent.GENERATION).or(() -> RecordText.of(record.key())))
                && accepts(tenants, headers.find(CloudEvent.TENANT))
                && (types.isEmpty()
                        || headers.find(CloudEvent.TYPE)
                                .or(() -> headers.find(DeltaCodec.KIND))
                                .filter(this::acceptsType)
                                .isPresent());
    }

    /** Whether no later record of the partition can match. */
    public boolean isPast(ConsumerRecord<byte[], byte[]> record) {
        return until.map(end -> record.timestamp() >= end.plus(DISORDER_MAX).toEpochMilli())
                .orElse(false);
    }

    private static boolean accepts(Set<String> accepted, Optional<String> found) {
        return accepted.isEmpty() || found.filter(accepted::contains).isPresent();
    }

    private boolean acceptsType(String type) {
        return types.stream()
                .anyMatch(accepted -> accepted.equalsIgnoreCase(type)
                        || accepted.equalsIgnoreCase(withoutPrefix(type))
                        || accepted.equalsIgnoreCase(withoutVersion(type)));
    }

    /** A type of the option that records of this kind never have. */
    Optional<String> unknownType(TopicKind kind) {
        return types.stream()
                .filter(type -> !kind.types().isEmpty())
                .filter(type -> kind.types().stream().noneMatch(known -> known.equalsIgnoreCase(withoutVersion(type))))
                .findFirst();
    }

    private static String withoutVersion(String type) {
        return withoutPrefix(type).replaceFirst("\\.v\\d+$", "");
    }

    private static String withoutPrefix(String type) {
        return type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type;
    }

    public boolean selects() {
        return since.isPresent()
                || until.isPresent()
                || !(conversations.isEmpty() && generations.isEmpty() && types.isEmpty() && tenants.isEmpty());
    }
}
