package dev.parley.localstack;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;

/**
 * One real server for one test: a process on free ports of 127.0.0.1, with its data below {@code target/}. It ends with
 * {@link #close()} or with the JVM, whichever comes first; the other methods are those of {@link ManagedProcess}.
 */
public abstract sealed class LocalServer implements AutoCloseable permits LocalKafka, LocalRedis, LocalDynamoDb {
    private final Workspace workspace;
    private final ManagedProcess process;

    LocalServer(Workspace workspace, ProcessSpec spec) {
        this.workspace = workspace;
        this.process = new ManagedProcess(spec).killAtExit();
        process.start();
    }

    public final void crash() {
        process.crash();
    }

    public final void stop() {
        process.stop();
    }

    public final void restart() {
        process.restart();
    }

    public final void pause() {
        process.pause();
    }

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
