package dev.parley.inference;

import dev.parley.eventlog.LogTail;
import dev.parley.inference.claude.ClaudeSettings;
import dev.parley.inference.claude.HttpClaude;
import dev.parley.inference.kafka.recovery.RedeliveryCheck;
import dev.parley.inference.kafka.requests.DeltaPublisher;
import dev.parley.inference.kafka.requests.RequestListener;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/** Starts and stops the threads of the service. Requests are consumed only after the warm-up. */
final class InferenceLifecycle implements SmartLifecycle {
    private final RequestListener requests;
    private final Thread requestThread;
    private final Thread redeliveryThread;
    private final LogTail commands;
    private final HttpClaude claude;
    private final ClaudeSettings settings;
    private final ScheduledExecutorService claudeWarmUps =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private final Thread metadataLoader;
    private final WarmUp warmUp;
    private volatile boolean running;

    InferenceLifecycle(
            RequestListener requests,
            RedeliveryCheck redelivery,
            LogTail commands,
            HttpClaude claude,
            InferenceProperties properties,
            DeltaPublisher deltas,
            WarmUp warmUp) {
        this.requests = requests;
        this.requestThread = Thread.ofPlatform().name("request-listener").unstarted(requests);
        this.redeliveryThread = Thread.ofPlatform().name("redelivery-check").unstarted(redelivery);
        this.commands = commands;
        this.claude = claude;
        this.settings = properties.claude();
        this.metadataLoader = Thread.ofVirtual().name("metadata-loader").unstarted(deltas::loadMetadata);
        this.warmUp = warmUp;
    }

    @Override
    public void start() {
        running = true;
        var _ = claudeWarmUps.scheduleWithFixedDelay(
                claude::warmUp, 0, settings.warmUpInterval().toMillis(), TimeUnit.MILLISECONDS);
        redeliveryThread.start();
        commands.start();
        metadataLoader.start();
        warmUp.run();
        requestThread.start();
    }

    @Override
    public void stop() {
        running = false;
        // Undecided requests are left to the next owners.
        redeliveryThread.interrupt();
        try {
            requests.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commands.close();
        metadataLoader.interrupt();
        claudeWarmUps.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
