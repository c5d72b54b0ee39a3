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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process that can be started, stopped, killed and frozen repeatedly. It has a session of its own: it does not receive
 * the Ctrl-C of the terminal, and outlives the process that started it unless {@link #killAtExit()} was called.
 */
public final class ManagedProcess {
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(50);
    private static final List<String> OWN_SESSION = List.of("setsid", "--");

    private static final Set<ManagedProcess> KILLED_AT_EXIT = ConcurrentHashMap.newKeySet();

    /** Set before those are killed: other threads still run then, and none of them may be launched afterwards. */
    private static volatile boolean exiting;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ManagedProcess::killAll, "kill-managed-processes"));
    }

    private volatile ProcessSpec spec;

    /** Guarded by this. Empty until the first start. */
    private Optional<OsProcess> process = Optional.empty();

    public ManagedProcess(ProcessSpec spec) {
        this.spec = spec;
    }

    private static void killAll() {
        exiting = true;
        for (ManagedProcess process : KILLED_AT_EXIT) {
            try {
                process.crash();
            } catch (RuntimeException e) {
                System.err.println(process.name() + " still runs: " + e.getMessage());
            }
        }
    }

    /** Whether this JVM exits, so that those are killed. */
    public static boolean exiting() {
        return exiting;
    }

    /** Kills it when this JVM exits, if it runs then, and refuses to launch it from then on. */
    public ManagedProcess killAtExit() {
        KILLED_AT_EXIT.add(this);
        return this;
    }

    public ProcessSpec spec() {
        return spec;
    }

    public ProcessName name() {
        return spec.name();
    }

    public Path log() {
        return spec.log();
    }

    /** Starts the process and returns without waiting until it is ready. */
    public synchronized OsProcess launch() {
        if (exiting && KILLED_AT_EXIT.contains(this)) {
            throw new IllegalStateException(name() + " is not started: this JVM exits");
        }
        if (alive()) {
            throw new IllegalStateException(name() + " runs already");
        }
        try {
            spec.preparation().prepare();
            Files.createDirectories(log().toAbsolutePath().getParent());
            OsProcess started = OsProcess.of(builder().start().pid())
                    .orElseThrow(() -> new ProcessFailedException(name(), "ended before it was ready.", log()));
            process = Optional.of(started);
            return started;
        } catch (IOException e) {
            throw new ProcessFailedException(name(), "cannot be started: " + e.getMessage(), log());
        }
    }

    private ProcessBuilder builder() {
        List<String> command = new ArrayList<>(OWN_SESSION);
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command);
        spec.complete(builder.environment());
        return builder.directory(spec.directory().toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log().toFile()));
    }

    public void awaitReady() {
        OsProcess started = launched();
        long deadline = System.nanoTime() + spec.readyWithin().toNanos();
        while (!spec.readiness().getAsBoolean()) {
            if (started.awaitEnd(BETWEEN_PROBES)) {
                throw new ProcessFailedException(name(), "ended before it was ready.", log());
            }
            if (System.nanoTime() > deadline) {
                throw new ProcessFailedException(
                        name(), "is not ready after " + spec.readyWithin().toSeconds() + " s.", log());
            }
        }
        // Another program may pass the probe, on a port that the process has found in use.
        if (!started.alive()) {
            throw new ProcessFailedException(name(), "ended before it was ready.", log());
        }
        if (spec.isBehindOthers()) {
            started.setBehindOthers();
        }
    }

    public void start() {
        launch();
        awaitReady();
    }

    /** Asks it to end, and kills it if it has not ended after 45 s. */
    public void stop() {
        stop(OsProcess.STOP_WITHIN);
    }

    /** Asks it to end, and kills it if it has not ended in time. Meanwhile another thread may kill it. */
    public void stop(Duration within) {
        process().ifPresent(started -> started.stop(within));
    }

    /** Kills it and the other processes of its group (SIGKILL). */
    public void crash() {
        process().ifPresent(OsProcess::crash);
    }

    private synchronized Optional<OsProcess> process() {
        return process;
    }

    /** Freezes it (SIGSTOP): its connections stay open, and it does not answer. */
    public void pause() {
        running().pause();
    }

    public void resume() {
        running().resume();
    }

    /** Stops it if it runs, starts it again with its data, and waits until it is ready. */
    public void restart() {
        stop();
        start();
    }

    /** Stops it if it runs, starts another version of it, and waits until that is ready. */
    public void replace(ProcessSpec version) {
        if (!version.name().equals(name())) {
            throw new IllegalArgumentException(version.name() + " is no version of " + name());
        }
        stop();
        spec = version;
        start();
    }

    public synchronized boolean alive() {
        return process.filter(OsProcess::alive).isPresent();
    }

    /** A message with the end of its log, if it was started and has ended. */
    public synchronized Optional<String> failure() {
        return process.filter(started -> !started.alive())
                .map(_ -> new ProcessFailedException(name(), "has ended.", log()).getMessage());
    }

    private synchronized OsProcess launched() {
        return process.orElseThrow(() -> new ProcessFailedException(name(), "has not been started.", log()));
    }

    public synchronized OsProcess running() {
        return process.filter(OsProcess::alive)
                .orElseThrow(() -> new ProcessFailedException(name(), "does not run.", log()));
    }
}
