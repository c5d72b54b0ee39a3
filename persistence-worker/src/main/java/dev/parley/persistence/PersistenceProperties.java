package dev.parley.persistence;

import dev.parley.conversations.DynamoDbSettings;
import dev.parley.eventlog.trace.TraceSettings;
import dev.parley.persistence.dynamodb.StoreSettings;
import dev.parley.persistence.kafka.KafkaSettings;
import dev.parley.persistence.retry.BatchRetrySettings;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Every knob of the service. The defaults are in {@code application.yaml}. */
@ConfigurationProperties("parley.persistence")
public record PersistenceProperties(
        KafkaSettings kafka,
        DynamoDbSettings dynamodb,
        StoreSettings store,
        BatchRetrySettings retry,
        TraceSettings traces) {}
