package dev.parley.localstack.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One process of the system, which can be started, stopped, crashed and frozen, again and again. It has a session of its
 * own: it does not hear the Ctrl-C of the terminal, and outlives the process that started it unless that stops it.
 */
public final class Part {
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

    private static final List<String> OWN_SESSION = List.of("setsid", "--");

    /**
     * Linux gives each session a share of the processor of its own, and counts niceness only within it, unless the session
     * itself is nice (sched(7), autogroup). Where there is no such file, the process is.
     */
    private static final List<String> YIELDING =
            List.of("sh", "-c", "{ echo 10 > /proc/self/autogroup; } 2>/dev/null; exec nice -n 10 \"$@\"", "yielding");

    private final PartPlan plan;

    /** Guarded by this. Empty until the first start. */
    private Optional<OsProcess> process = Optional.empty();

    public Part(PartPlan plan) {
        this.plan = plan;
    }

    public PartPlan plan() {
        return plan;
    }

    /** Starts the process and returns at once. */
    public synchronized OsProcess launch() {
        if (alive()) {
            throw new IllegalStateException(plan.name() + " runs already");
        }
        try {
            plan.preparation().prepare();
            Files.createDirectories(plan.log().toAbsolutePath().getParent());
            OsProcess started = OsProcess.of(builder().start().pid())
                    .orElseThrow(
                            () -> new PartFailedException(plan.name(), "ended as soon as it started.", plan.log()));
            process = Optional.of(started);
            return started;
        } catch (IOException e) {
            throw new PartFailedException(plan.name(), "cannot be started: " + e.getMessage(), plan.log());
        }
    }

    private ProcessBuilder builder() {
        List<String> command = new ArrayList<>(OWN_SESSION);
        if (plan.yields()) {
            command.addAll(YIELDING);
        }
        command.addAll(plan.command());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(plan.withheld());
        builder.environment().putAll(plan.environment());
        return builder.directory(plan.directory().toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(plan.log().toFile()));
    }

    /** Waits until it is ready, at most as long as its plan says. */
    public void awaitReady() {
        awaitReady(running());
    }

    private void awaitReady(OsProcess started) {
        long deadline = System.nanoTime() + plan.readyWithin().toNanos();
        while (!plan.readiness().met()) {
            if (started.awaitEnd(BETWEEN_QUESTIONS)) {
                throw new PartFailedException(plan.name(), "ended before it was ready.", plan.log());
            }
            if (System.nanoTime() > deadline) {
                throw new PartFailedException(
                        plan.name(), "is not ready after " + plan.readyWithin().toSeconds() + " s.", plan.log());
            }
        }
    }

    /** Starts it and waits until it is ready. */
    public void start() {
        awaitReady(launch());
    }

    /** Asks it to end, and ends it the hard way if it does not within 45 s. */
    public synchronized void stop() {
        process.ifPresent(OsProcess::stop);
    }

    /** The same, with another patience. */
    public synchronized void stop(Duration within) {
        process.ifPresent(started -> started.stop(within));
    }

    /** Ends it on the spot, as {@code kill -9} does. */
    public synchronized void crash() {
        process.ifPresent(OsProcess::crash);
    }

    /** Freezes it: to others it is a process that does not answer. */
    public void pause() {
        running().pause();
    }

    /** Lets it go on after {@link #pause()}. */
    public void resume() {
        running().resume();
    }

    /** Stops it if it runs, starts it again with its data, and waits until it is ready. */
    public void restart() {
        stop();
        start();
    }

    /** Its log up to now. */
    public Path log() {
        return plan.log();
    }

    public synchronized boolean alive() {
        return process.filter(OsProcess::alive).isPresent();
    }

    /** The process that runs. */
    public synchronized OsProcess running() {
        return process.filter(OsProcess::alive)
                .orElseThrow(() -> new PartFailedException(plan.name(), "does not run.", plan.log()));
    }
}
