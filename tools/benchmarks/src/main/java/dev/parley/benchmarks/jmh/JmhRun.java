package dev.parley.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs all JMH benchmarks within about two minutes, and prints the time and the allocation of each. */
public final class JmhRun {
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 5;
    private static final TimeValue ROUND = TimeValue.milliseconds(500);

    private JmhRun() {}

    public static void start() {
        Options options = new OptionsBuilder()
                .include("dev.parley.benchmarks.jmh")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .warmupIterations(WARM_UPS)
                .warmupTime(ROUND)
                .measurementIterations(ROUNDS)
                .measurementTime(ROUND)
                .jvmArgs("-Xmx256m", "-XX:+UseSerialGC")
                .addProfiler(GCProfiler.class)
                .build();
        try {
            var _ = new Runner(options).run();
        } catch (RunnerException e) {
            throw new IllegalStateException("the JMH benchmarks have failed", e);
        }
    }
}
