package dev.parley.benchmarks.machine;

import dev.parley.localstack.process.OsProcess;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;

/** Processor time of processes in user and kernel mode, from proc_pid_stat(5), to 10 ms. */
public final class ProcessorTime {
    /** Linux reports to programs in hundredths of a second. */
    private static final long MILLIS_PER_TICK = 10;

    /** Counted from the field after the command's name; the kernel's time is the next. */
    private static final int OWN = 11;

    /** Of children that have ended. */
    private static final int ENDED_CHILDREN = 13;

    private ProcessorTime() {}

    /** Of these processes and all their descendants that still run. */
    public static Duration of(Collection<Long> pids) {
        return Duration.ofMillis(MILLIS_PER_TICK
                * pids.stream()
                        .mapToLong(Long::longValue)
                        .flatMap(ProcessorTime::family)
                        .map(pid -> ticks(pid, OWN))
                        .sum());
    }

    /** Of this process alone. */
    public static Duration alone(long pid) {
        return Duration.ofMillis(MILLIS_PER_TICK * ticks(pid, OWN));
    }

    /** Of this process and its descendants, running or ended. */
    static Duration withEnded(long pid) {
        return of(List.of(pid)).plusMillis(MILLIS_PER_TICK * ticks(pid, ENDED_CHILDREN));
    }

    private static LongStream family(long pid) {
        return LongStream.concat(
                LongStream.of(pid),
                ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(ProcessHandle::pid));
    }

    private static long ticks(long pid, int user) {
        return OsProcess.stat(pid)
                .map(fields -> Long.parseLong(fields.get(user)) + Long.parseLong(fields.get(user + 1)))
                .orElse(0L);
    }
}
