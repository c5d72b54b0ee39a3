package dev.parley.localstack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A process of this machine, distinguished from later processes with the same pid.
 *
 * @param started its start in clock ticks, and the id of the boot that they count from
 */
public record OsProcess(long pid, String started) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** Longer than a service takes to finish its open answers. */
    public static final Duration STOP_WITHIN = Duration.ofSeconds(45);

    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);
    private static final Duration PAUSE_WITHIN = Duration.ofSeconds(5);
    private static final Duration NICE_WITHIN = Duration.ofSeconds(2);
    private static final long POLL_MILLIS = 10;

    /** A nice value, of which each step is a quarter. */
    private static final String BEHIND_OTHERS = "5";

    /** Positions in {@code /proc/PID/stat}, counted from the field after the command's name (proc_pid_stat(5)). */
    private static final int STATE = 0;

    private static final int GROUP = 2;

    private static final int SESSION = 3;

    private static final int START_TIME = 19;

    /** A zombie, or dead. */
    private static final Set<String> ENDED = Set.of("Z", "X");

    public static Optional<OsProcess> of(long pid) {
        return startOf(pid).map(started -> new OsProcess(pid, started));
    }

    /** Whether it still runs. A zombie, whose parent has not collected its exit status, does not. */
    public boolean alive() {
        return startOf(pid).filter(started::equals).isPresent();
    }

    /** Waits until it has ended, at most so long; returns whether it has. */
    public boolean awaitEnd(Duration atMost) {
        return await(() -> !alive(), atMost);
    }

    /** Asks it to end (SIGTERM), and kills it if it has not ended in time. */
    public void stop(Duration within) {
        signal("TERM");
        resume();
        if (!awaitEnd(within)) {
            crash();
        }
    }

    /**
     * Kills it (SIGKILL), with the other processes of its group, such as the one that writes the AOT cache of a JVM. Waits until it
     * has ended.
     */
    public void crash() {
        signal("KILL", group());
        if (!awaitEnd(KILL_WITHIN)) {
            throw new IllegalStateException("process " + pid + " survives SIGKILL");
        }
    }

    /**
     * Freezes it (SIGSTOP), with the other processes of its group, such as the one of Varnish that serves. Waits until it is
     * stopped: it keeps its memory and connections.
     */
    public void pause() {
        signal("STOP", group());
        await(() -> !alive() || state().equals("T"), PAUSE_WITHIN);
    }

    /** Continues it after {@link #pause()} (SIGCONT). */
    public void resume() {
        signal("CONT", group());
    }

    /**
     * Gives it a third of the time of a process that competes with it, if Linux shares the processors between sessions (sched(7),
     * "The autogroup feature"). Waits until it leads a session: the one before is also that of others.
     */
    public void setBehindOthers() {
        // Without privileges, Linux accepts ten changes a second from all processes.
        await(() -> leads(SESSION) && isSetBehindOthers(), NICE_WITHIN);
    }

    private boolean isSetBehindOthers() {
        try {
            Files.writeString(Path.of("/proc", Long.toString(pid), "autogroup"), BEHIND_OTHERS);
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** For {@code kill}: its group if it leads one. */
    private String group() {
        return leads(GROUP) ? "-" + pid : Long.toString(pid);
    }

    private boolean leads(int field) {
        return stat(pid)
                .filter(fields -> fields.get(field).equals(Long.toString(pid)))
                .isPresent();
    }

    private void signal(String name) {
        signal(name, Long.toString(pid));
    }

    private void signal(String name, String target) {
        if (!alive()) {
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -s " + name + " -- " + target)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new IllegalStateException("cannot send SIG" + name + " to process " + pid, e);
        }
    }

    private boolean await(BooleanSupplier condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                Thread.sleep(POLL_MILLIS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for process " + pid, e);
        }
    }

    private String state() {
        return stat(pid).map(fields -> fields.get(STATE)).orElse("");
    }

    private static Optional<String> startOf(long pid) {
        return stat(pid)
                .filter(fields -> !ENDED.contains(fields.get(STATE)))
                .flatMap(fields -> read(BOOT_ID).map(boot -> fields.get(START_TIME) + "@" + boot.strip()));
    }

    /** The fields of {@code /proc/PID/stat} from the one after the command's name; empty if there is no such process. */
    public static Optional<List<String>> stat(long pid) {
        return read(Path.of("/proc", Long.toString(pid), "stat"))
                .map(stat -> List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
