package dev.parley.benchmarks.jmh;

import dev.parley.inference.generation.OffsetWatermark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A request begins, another ends, and the offset to commit is read, with so many in flight. */
@State(Scope.Thread)
public class WatermarkBenchmark {
    @Param({"100", "1000"})
    private int underWay;

    private OffsetWatermark watermark = new OffsetWatermark(0);
    private long next;

    @Setup
    public void begin() {
        watermark = new OffsetWatermark(0);
        for (next = 0; next < underWay; next++) {
            watermark.begin(next);
        }
    }

    @Benchmark
    public long beginFinishCommit() {
        watermark.begin(next);
        watermark.finish(next - underWay);
        next++;
        return watermark.committable();
    }
}
