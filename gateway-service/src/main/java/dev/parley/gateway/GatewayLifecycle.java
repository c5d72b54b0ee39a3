package dev.parley.gateway;

import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.kafka.DeltaTail;
import dev.parley.gateway.kafka.KeyTail;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Tails the log from before the first request until after the last answer. Rehearses while the log is being reached. */
final class GatewayLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayLifecycle.class);

    private final DeltaTail tail;
    private final KeyTail keys;
    private final Rehearsal rehearsal;
    private final Thread tailing;
    private final Thread readingKeys;
    private final Thread meetingTheLog;
    private volatile boolean running;

    GatewayLifecycle(DeltaTail tail, KeyTail keys, Producer<String, byte[]> eventProducer, Rehearsal rehearsal) {
        this.tail = tail;
        this.keys = keys;
        this.rehearsal = rehearsal;
        this.tailing = Thread.ofPlatform().name("delta-tail").unstarted(tail);
        this.readingKeys = Thread.ofPlatform().name("key-tail").daemon().unstarted(keys);
        this.meetingTheLog = Thread.ofVirtual().name("meeting-the-log").unstarted(() -> meet(eventProducer));
    }

    /** Has the producer know where requests go, and be known there, before the first one waits for it. */
    private static void meet(Producer<String, byte[]> producer) {
        try {
            producer.partitionsFor(Topics.REQUESTS.name());
            producer.partitionsFor(Topics.COMMANDS.name());
        } catch (KafkaException e) {
            LOG.warn("Starting before the log can be reached: {}", e.toString());
        }
    }

    @Override
    public void start() {
        running = true;
        tailing.start();
        readingKeys.start();
        meetingTheLog.start();
        rehearsal.perform();
    }

    @Override
    public void stop() {
        running = false;
        keys.stop();
        try {
            tail.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Below the web server's, which therefore starts later and stops earlier. */
    @Override
    public int getPhase() {
        return 0;
    }
}
