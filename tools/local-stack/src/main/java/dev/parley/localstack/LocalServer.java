package dev.parley.localstack;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;

/**
 * One real server for one test: a process on free ports of 127.0.0.1, with its data below {@code target/}. It ends with
 * {@link #close()} or with the JVM, whichever comes first.
 */
public abstract sealed class LocalServer implements AutoCloseable permits LocalKafka, LocalRedis, LocalDynamoDb {
    private final Workspace workspace;
    private final ManagedProcess process;

    LocalServer(Workspace workspace, ProcessSpec spec) {
        this.workspace = workspace;
        this.process = new ManagedProcess(spec).killAtExit();
        process.start();
    }

    /** Kills it, as {@code kill -9} does. */
    public final void crash() {
        process.crash();
    }

    /** Asks it to end, and waits until it has. */
    public final void stop() {
        process.stop();
    }

    /** Stops it if it runs, starts it again with its data, and waits until it is ready. */
    public final void restart() {
        process.restart();
    }

    /** Freezes it (SIGSTOP): connections stay open, nothing is answered. */
    public final void pause() {
        process.pause();
    }

    /** Continues it after {@link #pause()}. */
    public final void resume() {
        process.resume();
    }

    /** Kills it and deletes its data. Its log stays below {@code target/local-stack}. */
    @Override
    public void close() {
        process.crash();
        workspace.forgetData();
    }
}
