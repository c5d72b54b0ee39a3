package dev.parley.localstack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of this machine that cannot be mistaken for another one which got the same pid later.
 *
 * @param started what tells them apart: the start in clock ticks and the boot that they count from
 */
public record OsProcess(long pid, String started) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /** Longer than a service takes to finish the answers under way. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(45);

    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);
    private static final Duration STANDS_STILL_WITHIN = Duration.ofSeconds(5);
    private static final Duration GLANCE = Duration.ofMillis(20);

    /** Where {@code /proc/PID/stat} has them, counted from the field after the command's name (proc_pid_stat(5)). */
    private static final int STATE = 0;

    private static final int START_TIME = 19;

    /** A zombie, or about to be gone. */
    private static final Set<String> ENDED = Set.of("Z", "X");

    /** The process that has this pid now. */
    public static Optional<OsProcess> of(long pid) {
        return startOf(pid).map(started -> new OsProcess(pid, started));
    }

    /** Whether it still runs. A zombie, whose parent has not asked how it ended, does not. */
    public boolean alive() {
        return startOf(pid).filter(started::equals).isPresent();
    }

    /** Waits until it has ended, or the time is over; says whether it has ended. */
    public boolean awaitEnd(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (alive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            glance();
        }
        return true;
    }

    /** Asks it to end (SIGTERM), waits until it has, and ends it the hard way if it takes longer than 45 s. */
    public void stop() {
        stop(STOP_WITHIN);
    }

    /** The same, with another patience. */
    public void stop(Duration within) {
        signal("TERM");
        resume();
        if (!awaitEnd(within)) {
            crash();
        }
    }

    /** Ends it on the spot (SIGKILL), and waits until it has ended. */
    public void crash() {
        signal("KILL");
        if (!awaitEnd(KILL_WITHIN)) {
            throw new IllegalStateException("process " + pid + " survives SIGKILL");
        }
    }

    /** Freezes it (SIGSTOP), and waits until it stands still: it keeps its memory and connections, and does nothing. */
    public void pause() {
        signal("STOP");
        long deadline = System.nanoTime() + STANDS_STILL_WITHIN.toNanos();
        while (alive() && !state(pid).equals("T") && System.nanoTime() < deadline) {
            glance();
        }
    }

    /** Lets a frozen one go on (SIGCONT). */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        if (!alive()) {
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("cannot send SIG" + name + " to process " + pid, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending SIG" + name + " to process " + pid, e);
        }
    }

    /** Waits for the end of the process for a moment. */
    private void glance() {
        try {
            ProcessHandle.of(pid)
                    .map(ProcessHandle::onExit)
                    .orElseThrow(TimeoutException::new)
                    .get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // It runs on, or nobody can tell: the caller looks again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for process " + pid, e);
        }
    }

    private static String state(long pid) {
        return stat(pid).map(fields -> fields.get(STATE)).orElse("");
    }

    private static Optional<String> startOf(long pid) {
        return stat(pid)
                .filter(fields -> !ENDED.contains(fields.get(STATE)))
                .flatMap(fields -> bootId().map(boot -> fields.get(START_TIME) + "@" + boot));
    }

    private static Optional<List<String>> stat(long pid) {
        return read(Path.of("/proc", Long.toString(pid), "stat"))
                .map(stat -> List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)));
    }

    private static Optional<String> bootId() {
        return read(BOOT_ID).map(String::strip);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
