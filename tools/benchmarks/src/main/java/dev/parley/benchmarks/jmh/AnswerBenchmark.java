package dev.parley.benchmarks.jmh;

import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer of 100 deltas, added up: figures are for one delta. */
@State(Scope.Thread)
public class AnswerBenchmark {
    private static final int DELTAS = 100;

    private final List<SseFrame> frames = new SseFramer(1 << 20).push(ByteBuffer.wrap(Samples.answer(DELTAS)));
    private final List<JsonNode> events =
            frames.stream().map(frame -> frame.json(JsonMapper.shared())).toList();
    private final SseFrame delta = frames.get(2);

    @Benchmark
    @OperationsPerInvocation(DELTAS)
    public MessageAssembler assemble() {
        MessageAssembler assembler = new MessageAssembler();
        events.forEach(assembler::accept);
        return assembler;
    }

    @Benchmark
    public JsonNode parseDelta() {
        return delta.json(JsonMapper.shared());
    }
}
