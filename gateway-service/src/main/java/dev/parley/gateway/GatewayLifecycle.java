package dev.parley.gateway;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.LogTail;
import dev.parley.gateway.kafka.DeltaTail;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Runs the tails of deltas and keys from before the first request until after the last answer, and the warm-up. */
final class GatewayLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayLifecycle.class);

    private final DeltaTail deltas;
    private final LogTail keys;
    private final WarmUp warmUp;
    private final Thread metadataLoader;
    private volatile boolean running;

    GatewayLifecycle(DeltaTail deltas, LogTail keys, Producer<String, byte[]> eventProducer, WarmUp warmUp) {
        this.deltas = deltas;
        this.keys = keys;
        this.warmUp = warmUp;
        this.metadataLoader = Thread.ofVirtual().name("metadata-loader").unstarted(() -> loadMetadata(eventProducer));
    }

    /** Has the producer connect and fetch metadata before the first request waits for it. */
    private static void loadMetadata(Producer<String, byte[]> producer) {
        try {
            producer.partitionsFor(Topics.REQUESTS.name());
            producer.partitionsFor(Topics.COMMANDS.name());
        } catch (KafkaException e) {
            LOG.warn("Starting before Kafka can be reached: {}", e.toString());
        }
    }

    @Override
    public void start() {
        running = true;
        deltas.start();
        keys.start();
        metadataLoader.start();
        warmUp.run();
    }

    @Override
    public void stop() {
        running = false;
        keys.close();
        deltas.close();
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
