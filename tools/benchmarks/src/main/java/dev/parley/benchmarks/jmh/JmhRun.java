package dev.parley.benchmarks.jmh;

import dev.parley.localstack.servers.Checkout;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the JMH benchmarks with the JVM options of inference-service, which those of gateway-service equal but for the heap, and with the
 * heap of both in local-stack.
 */
public record JmhRun(Checkout checkout) {
    private static final String JVM_OPTIONS = "inference-service/src/main/jvm/jvm.options";
    private static final String C1_ONLY = "-XX:TieredStopAtLevel=1";

    /** Takes some minutes, and prints the time and the allocation of each method. */
    public void run() {
        run(DeltaBenchmark.class);
        run(ModelChoiceBenchmark.class);
        run(ModelChoiceBenchmark.class, C1_ONLY);
    }

    private void run(Class<?> benchmarks, String... more) {
        try {
            var _ = new Runner(options(benchmarks, more)).run();
        } catch (RunnerException e) {
            throw new IllegalStateException("the JMH benchmarks have failed", e);
        }
    }

    /** The benchmarks of a class, in a JVM with these options in addition. */
    Options options(Class<?> benchmarks, String... more) {
        return new OptionsBuilder()
                .include(benchmarks.getName())
                .jvmArgs("@" + checkout.root().resolve(JVM_OPTIONS), "-Xms192m", "-Xmn96m", "-Xmx384m")
                .jvmArgsAppend(more)
                .addProfiler(GCProfiler.class)
                .build();
    }
}
