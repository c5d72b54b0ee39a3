package dev.parley.persistence;

import dev.parley.eventlog.process.UncaughtExceptions;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;

/** The service. Kafka's clients are the binder's and its own, so Boot makes none. */
@SpringBootApplication(exclude = KafkaAutoConfiguration.class)
@EnableConfigurationProperties(PersistenceProperties.class)
public class PersistenceApplication {
    public static void main(String[] arguments) {
        UncaughtExceptions.log();
        SpringApplication.run(PersistenceApplication.class, arguments);
    }
}
