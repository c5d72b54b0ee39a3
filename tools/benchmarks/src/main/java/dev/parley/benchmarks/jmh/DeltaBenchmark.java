package dev.parley.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.SseIds;
import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;

/** The path of a delta: framed, parsed, assembled, written to the log, read from it, and numbered for the client. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class DeltaBenchmark {
    private static final int FRAME_BYTES_MAX = 8 * 1024 * 1024;
    private static final int PARTITION = 5;
    private static final int OFFSET = 81_920;
    private static final int ANSWER_DELTAS = 100;
    private static final String DELTA = """
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" append-only"}}

        """;
    private static final String ANSWER = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant",\
        "model":"claude-opus-5-5","content":[],"stop_reason":null,"stop_sequence":null,\
        "usage":{"input_tokens":24,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        """ + DELTA.repeat(ANSWER_DELTAS) + """
        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":50}}

        event: message_stop
        data: {"type":"message_stop"}

        """;

    private final byte[] one = DELTA.getBytes(UTF_8);
    private final byte[] ten = DELTA.repeat(10).getBytes(UTF_8);
    private final SseFramer framer = new SseFramer(FRAME_BYTES_MAX);
    private final List<SseFrame> frames = new SseFramer(FRAME_BYTES_MAX).push(ByteBuffer.wrap(ANSWER.getBytes(UTF_8)));
    private final SseFrame frame = frames.get(2);
    private final List<JsonNode> events = frames.stream().map(SseFrame::json).toList();
    private final Delta delta =
            new Delta.Frames(GenerationId.unsigned(Clock.systemUTC(), PARTITION), 1, 17, CacheVerdict.MISS, one, false);
    private final ConsumerRecord<String, byte[]> record = read(DeltaCodec.encode(delta, PARTITION));

    private static ConsumerRecord<String, byte[]> read(ProducerRecord<String, byte[]> written) {
        ConsumerRecord<String, byte[]> read =
                new ConsumerRecord<>(written.topic(), PARTITION, OFFSET, written.key(), written.value());
        written.headers().forEach(read.headers()::add);
        return read;
    }

    @Benchmark
    public List<SseFrame> frameOneDelta() {
        return framer.push(ByteBuffer.wrap(one));
    }

    @Benchmark
    public List<SseFrame> frameTenDeltas() {
        return framer.push(ByteBuffer.wrap(ten));
    }

    @Benchmark
    public JsonNode parseDelta() {
        return frame.json();
    }

    /** A whole answer, whose figures are for one delta. */
    @Benchmark
    @OperationsPerInvocation(ANSWER_DELTAS)
    public MessageAssembler assemble() {
        MessageAssembler assembler = new MessageAssembler();
        events.forEach(assembler::accept);
        return assembler;
    }

    @Benchmark
    public ProducerRecord<String, byte[]> encodeDelta() {
        return DeltaCodec.encode(delta, PARTITION);
    }

    @Benchmark
    public Delta decodeDelta() {
        return DeltaCodec.decode(record);
    }

    @Benchmark
    public byte[] numberOneDelta() {
        return SseIds.number(PARTITION, OFFSET, one, 0);
    }

    @Benchmark
    public byte[] numberTenDeltas() {
        return SseIds.number(PARTITION, OFFSET, ten, 0);
    }
}
