package dev.parley.benchmarks.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;

/** The processor time that other processes and the hypervisor took during a measurement, from proc_stat(5). */
public final class BackgroundLoad {
    private static final long MILLIS_PER_TICK = 10;

    /** The fields that are neither idle nor counted twice: user, nice, system, irq, softirq, steal. */
    private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

    private final long since = System.nanoTime();
    private final Duration before = time();

    /** Cores in use by others since this object was created, on average. */
    public double cores() {
        return Math.max(0, time().minus(before).toNanos() / (double) (System.nanoTime() - since));
    }

    private static Duration time() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            long busy = MILLIS_PER_TICK * ticks(lines.findFirst().orElse(""));
            return Duration.ofMillis(busy)
                    .minus(ProcessorTime.withEnded(ProcessHandle.current().pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The busy time in the line of all processors together. */
    static long ticks(String line) {
        String[] fields = line.split("\\s+", -1);
        return IntStream.of(BUSY)
                .filter(field -> field < fields.length)
                .mapToLong(field -> Long.parseLong(fields[field]))
                .sum();
    }
}
