package dev.parley.benchmarks.jmh;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.id.GenerationId;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A delta on its way to the log, and from it. */
@State(Scope.Thread)
public class DeltaBenchmark {
    private final GenerationId generation = Samples.generation();
    private final Delta delta = Samples.frames(generation, 17);
    private final ConsumerRecord<String, byte[]> record = Samples.read(delta);

    @Benchmark
    public ProducerRecord<String, byte[]> encodeDelta() {
        return DeltaCodec.encode(delta, Samples.PARTITION);
    }

    @Benchmark
    public Delta decodeDelta() {
        return DeltaCodec.decode(record);
    }
}
