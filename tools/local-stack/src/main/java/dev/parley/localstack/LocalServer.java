package dev.parley.localstack;

import dev.parley.localstack.process.LogEnd;
import dev.parley.localstack.process.Orphans;
import dev.parley.localstack.process.Part;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Path;

/**
 * One real server for one test: a process on free ports of 127.0.0.1, with its data below {@code target/}. It ends with
 * {@link #close()} or with the JVM, whichever comes first.
 */
public abstract sealed class LocalServer implements AutoCloseable permits LocalKafka, LocalRedis, LocalDynamoDb {
    private final Workspace workspace;
    private final Part part;

    LocalServer(Workspace workspace, PartPlan plan) {
        this.workspace = workspace;
        this.part = new Part(plan);
        Orphans.killAtExit(part);
        part.start();
    }

    /** Ends it on the spot, as {@code kill -9} does. */
    public final void crash() {
        part.crash();
    }

    /** Asks it to end, and waits until it has. */
    public final void stop() {
        part.stop();
    }

    /** Starts it again with its data, stopping it first if it runs, and waits until it is ready. */
    public final void restart() {
        part.restart();
    }

    /** Freezes it (SIGSTOP): connections stay open, nothing is answered. */
    public final void pause() {
        part.pause();
    }

    /** Lets it go on after {@link #pause()}. */
    public final void resume() {
        part.resume();
    }

    public final Path log() {
        return part.log();
    }

    /** The last lines of its log, for a failure's message. */
    public final String logEnd() {
        return LogEnd.of(log(), 50);
    }

    /** Ends it and forgets its data. Its log stays below {@code target/local-stack}. */
    @Override
    public void close() {
        part.crash();
        Orphans.forget(part);
        workspace.forgetData();
    }
}
