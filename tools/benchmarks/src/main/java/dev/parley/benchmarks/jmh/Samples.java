package dev.parley.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;

/** Bytes as Claude sends them, and records as the log has them. */
final class Samples {
    static final int PARTITION = 5;
    static final TenantId TENANT = new TenantId("acme");

    private static final String START = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant",\
        "model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,\
        "usage":{"input_tokens":24,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        """;
    private static final String DELTA = """
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" append-only"}}

        """;
    private static final String END = """
        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":50}}

        event: message_stop
        data: {"type":"message_stop"}

        """;

    private Samples() {}

    /** One event with a short word. */
    static byte[] delta() {
        return DELTA.getBytes(UTF_8);
    }

    /** So many of them, one after the other. */
    static byte[] deltas(int count) {
        return DELTA.repeat(count).getBytes(UTF_8);
    }

    /** All events of an answer with so many deltas. */
    static byte[] answer(int deltas) {
        return (START + DELTA.repeat(deltas) + END).getBytes(UTF_8);
    }

    static GenerationId generation() {
        return GenerationId.unsigned(Clock.systemUTC(), PARTITION);
    }

    static Delta.Frames frames(GenerationId generation, int sequence) {
        return new Delta.Frames(generation, 1, sequence, CacheVerdict.MISS, delta(), false);
    }

    /** A delta as a consumer gets it. */
    static ConsumerRecord<String, byte[]> read(Delta delta) {
        ProducerRecord<String, byte[]> written = DeltaCodec.encode(delta, PARTITION);
        return new ConsumerRecord<>(
                written.topic(),
                PARTITION,
                81_920,
                ConsumerRecord.NO_TIMESTAMP,
                TimestampType.CREATE_TIME,
                written.key().length(),
                written.value().length,
                written.key(),
                written.value(),
                written.headers(),
                Optional.empty());
    }
}
