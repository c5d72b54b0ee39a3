package dev.parley.cache;

import dev.parley.eventlog.UncaughtExceptions;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts the service. */
@SpringBootApplication
@EnableConfigurationProperties(CacheProperties.class)
class CacheApplication {
    public static void main(String[] arguments) {
        UncaughtExceptions.log();
        SpringApplication.run(CacheApplication.class, arguments);
    }
}
