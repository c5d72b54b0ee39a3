package dev.parley.cache.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.cloud.stream.binder.kafka.support.ConsumerConfigCustomizer;

/** Sets up the consumer that Spring Cloud Stream makes for the binding. */
public final class ConsumerClients implements ConsumerConfigCustomizer {
    /** Far above the time that the records of one poll can take. */
    private static final int POLL_INTERVAL_MAX_MILLIS = 60_000;

    /** Turns that arrive within {@code fetchMaxWait} are fetched together. */
    private static final int FETCH_BYTES_MIN = 64 * 1024;

    private final KafkaSettings settings;

    public ConsumerClients(KafkaSettings settings) {
        this.settings = settings;
    }

    @Override
    public void configure(Map<String, Object> config, String binding, String destination) {
        int sessionTimeout = (int) settings.sessionTimeout().toMillis();
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionTimeout);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, sessionTimeout / 3);
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, POLL_INTERVAL_MAX_MILLIS);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.pollRecordsMax());
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_BYTES_MIN);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int)
                settings.fetchMaxWait().toMillis());
        config.putIfAbsent(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
    }
}
