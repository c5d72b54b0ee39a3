package dev.parley.benchmarks.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What processes that are none of ours, and the machine below this one, took of the processor while something was
 * measured: the more it was, the less a figure is worth.
 */
public final class Strangers {
    private static final long MILLIS_PER_TICK = 10;

    /** The fields of proc_stat(5) that are neither idle nor counted twice: user, nice, system, irq, softirq, steal. */
    private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

    private final long since = System.nanoTime();
    private final Duration before = time();

    private Strangers() {}

    /** From now on. */
    public static Strangers watch() {
        return new Strangers();
    }

    /** Cores that were not ours, on average. */
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

    /** Of all processors together. */
    static long ticks(String line) {
        List<String> fields = List.of(line.split("\\s+", -1));
        return IntStream.of(BUSY)
                .filter(field -> field < fields.size())
                .mapToLong(field -> Long.parseLong(fields.get(field)))
                .sum();
    }
}
