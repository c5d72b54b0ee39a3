package dev.parley.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;

/** How long processes have run on a processor, in user and in kernel mode: proc_pid_stat(5), to 10 ms. */
public final class ProcessorTime {
    /** Linux counts for programs in hundredths of a second, whatever its own clock does. */
    private static final long MILLIS_PER_TICK = 10;

    /** Counted from the field after the command's name. */
    private static final int USER = 11;

    private static final int KERNEL = 12;

    /** Of children that have ended. */
    private static final int ENDED_USER = 13;

    private static final int ENDED_KERNEL = 14;

    private ProcessorTime() {}

    /** Of these processes and all that they have started and that still run. */
    public static Duration of(Collection<Long> pids) {
        return Duration.ofMillis(MILLIS_PER_TICK
                * pids.stream()
                        .mapToLong(Long::longValue)
                        .flatMap(ProcessorTime::family)
                        .map(child -> ticks(child, USER, KERNEL))
                        .sum());
    }

    /** Of this process, and all that it has started, whether they still run or have ended. */
    static Duration withEnded(long pid) {
        return of(List.of(pid)).plusMillis(MILLIS_PER_TICK * ticks(pid, ENDED_USER, ENDED_KERNEL));
    }

    /** Of this process alone. */
    public static Duration alone(long pid) {
        return Duration.ofMillis(MILLIS_PER_TICK * ticks(pid, USER, KERNEL));
    }

    static LongStream family(long pid) {
        return LongStream.concat(
                LongStream.of(pid),
                ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(ProcessHandle::pid));
    }

    private static long ticks(long pid, int user, int kernel) {
        try {
            return ticks(Files.readString(Path.of("/proc", Long.toString(pid), "stat")), user, kernel);
        } catch (IOException e) {
            return 0;
        }
    }

    private static long ticks(String stat, int user, int kernel) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[user]) + Long.parseLong(fields[kernel]);
    }

    /** Of the thread or process that a file {@code stat} is about, whose time is nothing once the file is empty. */
    static Duration ofStat(String stat) {
        return stat.isEmpty() ? Duration.ZERO : Duration.ofMillis(MILLIS_PER_TICK * ticks(stat, USER, KERNEL));
    }
}
