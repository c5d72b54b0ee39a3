package dev.parley.benchmarks.machine;

import dev.parley.localstack.process.OsProcess;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Processor time of processes in user and kernel mode, to 10 ms. */
public final class ProcessorTime {
    /** Linux reports to programs in hundredths of a second. */
    private static final long MILLIS_PER_TICK = 10;

    /** In proc_pid_stat(5), counted from the field after the command's name; the kernel's time is the next. */
    private static final int ENDED_CHILDREN = 13;

    private ProcessorTime() {}

    /** Of these processes and all their descendants that still run. */
    public static Duration of(Collection<Long> pids) {
        return pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(ProcessorTime::alone)
                .reduce(Duration.ZERO, Duration::plus);
    }

    public static Duration alone(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Of this process and its descendants, running or ended. */
    static Duration withEnded(long pid) {
        long ticks = OsProcess.stat(pid)
                .map(fields ->
                        Long.parseLong(fields.get(ENDED_CHILDREN)) + Long.parseLong(fields.get(ENDED_CHILDREN + 1)))
                .orElse(0L);
        return of(List.of(pid)).plusMillis(MILLIS_PER_TICK * ticks);
    }
}
