package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Encodes and decodes what {@code chat.commands} carries: attributes, and an empty JSON object. */
public final class CommandCodec {
    public static final String CANCEL_REQUESTED = "dev.parley.CancelRequested.v1";

    private CommandCodec() {}

    public static ProducerRecord<String, byte[]> encode(CancelRequested event) {
        String generation = event.generation().value();
        RecordHeaders headers = new RecordHeaders();
        CloudEvent.begin(headers, CANCEL_REQUESTED, generation, "gateway-service", event.requestedAt())
                .put(CloudEvent.GENERATION, generation)
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.TRACEPARENT, event.traceparent());
        return new ProducerRecord<>(Topics.COMMANDS.name(), null, generation, "{}".getBytes(UTF_8), headers);
    }

    /**
     * The command of a record.
     *
     * @throws MalformedEventException if the record is not a {@code CancelRequested} of a version known here
     */
    public static CancelRequested decode(Headers headers) {
        EventHeaders event = new EventHeaders(headers);
        String type = event.require(CloudEvent.TYPE);
        if (!type.equals(CANCEL_REQUESTED)) {
            throw new MalformedEventException("expected " + CANCEL_REQUESTED + ", found " + type);
        }
        return new CancelRequested(
                event.require(CloudEvent.GENERATION, GenerationId::new),
                event.require(CloudEvent.TENANT, TenantId::new),
                event.requireInstant(CloudEvent.TIME),
                event.require(CloudEvent.TRACEPARENT));
    }
}
