package dev.parley.cache;

import dev.parley.deletions.DeletionLog;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map that tells what was deleted. */
@Configuration(proxyBeanMethods = false)
class DeletionConfiguration {
    /** Waits as long as a command to Redis may take; a look-up is given up earlier. */
    @Bean
    DeletionLog deletionLog(CacheProperties properties, Clock clock) {
        return DeletionLog.tailing(
                properties.kafka().bootstrapServers(),
                "cache",
                properties.redis().commandTimeout(),
                clock);
    }
}
