package dev.parley.inference;

import dev.parley.contracts.topic.Topics;
import dev.parley.inference.claude.ClaudeSettings;
import dev.parley.inference.claude.HttpClaude;
import dev.parley.inference.kafka.CommandListener;
import dev.parley.inference.kafka.InferenceListener;
import dev.parley.inference.kafka.RecoveryWatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts and stops the threads of the service. Takes no request before it has rehearsed. */
final class InferenceLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(InferenceLifecycle.class);

    private final InferenceListener listener;
    private final Thread listening;
    private final Thread watching;
    private final CommandListener commands;
    private final Thread commanded;
    private final HttpClaude claude;
    private final ClaudeSettings settings;
    private final ScheduledExecutorService warmUps =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private final Thread meetingTheLog;
    private final Rehearsal rehearsal;
    private volatile boolean running;

    InferenceLifecycle(
            InferenceListener listener,
            RecoveryWatch recovery,
            CommandListener commands,
            HttpClaude claude,
            ClaudeSettings settings,
            Producer<String, byte[]> deltaProducer,
            Rehearsal rehearsal) {
        this.listener = listener;
        this.listening = Thread.ofPlatform().name("inference-listener").unstarted(listener);
        this.watching = Thread.ofPlatform().name("recovery-watch").unstarted(recovery);
        this.commands = commands;
        this.commanded = Thread.ofPlatform().name("command-listener").unstarted(commands);
        this.claude = claude;
        this.settings = settings;
        this.meetingTheLog = Thread.ofVirtual().name("meeting-the-log").unstarted(() -> meet(deltaProducer));
        this.rehearsal = rehearsal;
    }

    /** Has the producer know where pieces go before the first one waits for it. */
    private static void meet(Producer<String, byte[]> producer) {
        try {
            producer.partitionsFor(Topics.DELTAS.name());
        } catch (KafkaException e) {
            LOG.warn("Starting before the log can be reached: {}", e.toString());
        }
    }

    @Override
    public void start() {
        running = true;
        var _ = warmUps.scheduleWithFixedDelay(
                claude::warmUp, 0, settings.warmUpInterval().toMillis(), TimeUnit.MILLISECONDS);
        watching.start();
        commanded.start();
        meetingTheLog.start();
        rehearsal.perform();
        listening.start();
    }

    @Override
    public void stop() {
        running = false;
        // What it would still judge is for the next owners.
        watching.interrupt();
        try {
            listener.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commands.stop();
        commanded.interrupt();
        warmUps.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
