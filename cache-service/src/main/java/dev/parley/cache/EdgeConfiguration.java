package dev.parley.cache;

import static java.util.Map.entry;

import dev.parley.cache.cdn.CloudFrontEdgeCache;
import dev.parley.cache.cdn.VarnishEdgeCache;
import dev.parley.cache.edge.EdgeCache;
import dev.parley.cache.edge.EdgeSettings;
import dev.parley.cache.edge.PurgeQueue;
import dev.parley.cache.kafka.EdgePurger;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.GroupProgress;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.LogTail;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** The part of the map for the shared cache before the gateways. */
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {
    /** Bounds how late a repeated purge is. */
    private static final Duration POLL = Duration.ofSeconds(1);

    private static Optional<EdgeCache> edge(EdgeSettings settings) {
        return switch (settings.kind()) {
            case NONE -> Optional.empty();
            case VARNISH ->
                Optional.of(new VarnishEdgeCache(http(settings), settings.varnishUrls(), settings.callTimeout()));
            case CLOUDFRONT ->
                Optional.of(new CloudFrontEdgeCache(
                        http(settings),
                        settings.cloudfrontEndpoint(),
                        settings.cloudfrontDistribution(),
                        DefaultCredentialsProvider.builder().build(),
                        settings.callTimeout()));
        };
    }

    private static HttpClient http(EdgeSettings settings) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.callTimeout())
                .build();
    }

    /**
     * Starts the reader that purges the edge, and the one of its progress. Without an edge there is neither, so that the group
     * commits nothing: an edge that is set later is purged of everything that has changed before. Decided at start, not by a
     * condition, because Spring AOT decides on conditions at build time.
     */
    @Bean
    AutoCloseable edgePurging(KafkaClients clients, CacheProperties properties, MeterRegistry registry, Clock clock) {
        Optional<EdgeCache> edge = edge(properties.edge());
        if (edge.isEmpty()) {
            return () -> {};
        }
        LogTail purger = purger(clients, edge.get(), properties, registry);
        purger.start();
        GroupProgress progress = GroupProgress.start(clients, EdgePurger.GROUP, Topics.PUBLISHED, registry, clock);
        return () -> {
            purger.close();
            progress.close();
        };
    }

    private static LogTail purger(
            KafkaClients clients, EdgeCache edge, CacheProperties properties, MeterRegistry registry) {
        EdgeSettings settings = properties.edge();
        int sessionTimeout = (int) properties.kafka().sessionTimeout().toMillis();
        Map<String, ?> group = Map.ofEntries(
                entry("group.id", EdgePurger.GROUP),
                entry("session.timeout.ms", sessionTimeout),
                entry("heartbeat.interval.ms", sessionTimeout / 3),
                entry("retry.backoff.ms", KafkaClients.BACKGROUND_RETRY_MS),
                entry("max.poll.records", 100),
                // Answers are seldom published.
                entry("fetch.max.wait.ms", 2_000));
        return new LogTail(
                EdgePurger.GROUP,
                () -> clients.consumer(EdgePurger.GROUP, group),
                POLL,
                new EdgePurger(
                        edge,
                        new PurgeQueue(settings.repeatAfter(), settings.retryInterval()),
                        registry,
                        System::nanoTime));
    }
}
