package dev.parley.benchmarks.jmh;

import dev.parley.gateway.answer.SseIds;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Claude's bytes become events, and events get their ids. */
@State(Scope.Thread)
public class FramingBenchmark {
    private static final int FRAME_BYTES_MAX = 8 * 1024 * 1024;
    private static final int OFFSET = 81_920;

    private final SseFramer framer = new SseFramer(FRAME_BYTES_MAX);
    private final byte[] one = Samples.delta();
    private final byte[] ten = Samples.deltas(10);

    @Benchmark
    public List<SseFrame> frameOneDelta() {
        return framer.push(ByteBuffer.wrap(one));
    }

    @Benchmark
    public List<SseFrame> frameTenDeltas() {
        return framer.push(ByteBuffer.wrap(ten));
    }

    @Benchmark
    public byte[] numberOneDelta() {
        return SseIds.number(Samples.PARTITION, OFFSET, one, 0);
    }

    @Benchmark
    public byte[] numberTenDeltas() {
        return SseIds.number(Samples.PARTITION, OFFSET, ten, 0);
    }
}
