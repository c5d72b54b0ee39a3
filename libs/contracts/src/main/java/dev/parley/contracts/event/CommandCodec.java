package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** The codec of {@code chat.commands}: attributes, and an empty JSON object. */
public final class CommandCodec {
    public static final String CANCEL_REQUESTED = "dev.parley.CancelRequested.v1";
    public static final String READING_STOPPED = "dev.parley.ReadingStopped.v1";
    public static final String READING_RESUMED = "dev.parley.ReadingResumed.v1";

    private CommandCodec() {}

    public static ProducerRecord<String, byte[]> encode(Command command) {
        EventHeaders headers = switch (command) {
            case CancelRequested event -> begin(CANCEL_REQUESTED, event, event.requestedAt());
            case ReadingResumed event -> begin(READING_RESUMED, event, event.resumedAt());
            case ReadingStopped event ->
                begin(READING_STOPPED, event, event.stoppedAt())
                        .put(CloudEvent.GRACE_MS, Long.toString(event.grace().toMillis()));
        };
        return headers.record(Topics.COMMANDS, command.generation().value(), "{}".getBytes(UTF_8));
    }

    private static EventHeaders begin(String type, Command command, Instant time) {
        String generation = command.generation().value();
        return CloudEvent.begin(type, generation, "gateway-service", time)
                .put(CloudEvent.GENERATION, generation)
                .put(CloudEvent.TENANT, command.tenant().value())
                .put(CloudEvent.TRACEPARENT, command.traceparent());
    }

    /** The command of a record; throws a {@link MalformedEventException} if it is none of a known version. */
    public static Command decode(Headers headers) {
        EventHeaders event = new EventHeaders(headers);
        String type = event.require(CloudEvent.TYPE);
        GenerationId generation = event.require(CloudEvent.GENERATION, GenerationId::new);
        TenantId tenant = event.require(CloudEvent.TENANT, TenantId::new);
        Instant time = event.requireInstant(CloudEvent.TIME);
        String traceparent = event.require(CloudEvent.TRACEPARENT);
        return switch (type) {
            case CANCEL_REQUESTED -> new CancelRequested(generation, tenant, time, traceparent);
            case READING_RESUMED -> new ReadingResumed(generation, tenant, time, traceparent);
            case READING_STOPPED -> {
                Duration grace = Duration.ofMillis(event.requireLong(CloudEvent.GRACE_MS, 0));
                yield new ReadingStopped(generation, tenant, time, grace, traceparent);
            }
            default -> throw new MalformedEventException("unknown type of command: " + type);
        };
    }
}
