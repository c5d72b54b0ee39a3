package dev.parley.cache;

import dev.parley.eventlog.process.UncaughtExceptions;
import java.security.Security;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts the service. */
@SpringBootApplication
@EnableConfigurationProperties(CacheProperties.class)
class CacheApplication {
    public static void main(String[] arguments) {
        UncaughtExceptions.log();
        // A purge must also reach an instance of the edge that has just started.
        Security.setProperty("networkaddress.cache.ttl", "0");
        SpringApplication.run(CacheApplication.class, arguments);
    }
}
