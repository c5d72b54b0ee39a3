package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The codec of {@code chat.commands}: attributes, and an empty JSON object. */
public final class CommandCodec {
    public static final String CANCEL_REQUESTED = "dev.parley.CancelRequested.v1";
    public static final String READING_STOPPED = "dev.parley.ReadingStopped.v1";
    public static final String READING_RESUMED = "dev.parley.ReadingResumed.v1";

    private CommandCodec() {}

    public static ProducerRecord<String, byte[]> encode(Command command) {
        RecordHeaders headers = new RecordHeaders();
        switch (command) {
            case CancelRequested event -> begin(headers, CANCEL_REQUESTED, event, event.requestedAt());
            case ReadingResumed event -> begin(headers, READING_RESUMED, event, event.resumedAt());
            case ReadingStopped event ->
                begin(headers, READING_STOPPED, event, event.stoppedAt())
                        .put(CloudEvent.GRACE_MS, Long.toString(event.grace().toMillis()));
        }
        String key = command.generation().value();
        return new ProducerRecord<>(Topics.COMMANDS.name(), null, key, "{}".getBytes(UTF_8), headers);
    }

    private static EventHeaders begin(RecordHeaders headers, String type, Command command, Instant time) {
        String generation = command.generation().value();
        return CloudEvent.begin(headers, type, generation, "gateway-service", time)
                .put(CloudEvent.GENERATION, generation)
                .put(CloudEvent.TENANT, command.tenant().value())
                .put(CloudEvent.TRACEPARENT, command.traceparent());
    }

    /**
     * The command of a record.
     *
     * @throws MalformedEventException if the record is not a command, or of an unknown version
     */
    public static Command decode(Headers headers) {
        EventHeaders event = new EventHeaders(headers);
        String type = event.require(CloudEvent.TYPE);
        return switch (type) {
            case CANCEL_REQUESTED ->
                new CancelRequested(generation(event), tenant(event), time(event), traceparent(event));
            case READING_RESUMED ->
                new ReadingResumed(generation(event), tenant(event), time(event), traceparent(event));
            case READING_STOPPED ->
                new ReadingStopped(
                        generation(event),
                        tenant(event),
                        time(event),
                        Duration.ofMillis(event.requireLong(CloudEvent.GRACE_MS, 0)),
                        traceparent(event));
            default -> throw new MalformedEventException("unknown type of command: " + type);
        };
    }

    private static GenerationId generation(EventHeaders event) {
        return event.require(CloudEvent.GENERATION, GenerationId::new);
    }

    private static TenantId tenant(EventHeaders event) {
        return event.require(CloudEvent.TENANT, TenantId::new);
    }

    private static Instant time(EventHeaders event) {
        return event.requireInstant(CloudEvent.TIME);
    }

    private static String traceparent(EventHeaders event) {
        return event.require(CloudEvent.TRACEPARENT);
    }
}
