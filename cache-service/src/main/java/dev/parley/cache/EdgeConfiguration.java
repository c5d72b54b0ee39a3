package dev.parley.cache;

import dev.parley.cache.cdn.CloudFrontEdge;
import dev.parley.cache.cdn.VarnishEdge;
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
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** The part of the map for the shared cache before the gateways. */
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {
    /** Bounds how late a repeated purge is. */
    private static final Duration POLL = Duration.ofMillis(200);

    @Bean
    EdgeCache edgeCache(CacheProperties properties) {
        EdgeSettings settings = properties.edge();
        return switch (settings.kind()) {
            case NONE -> (_, _) -> {};
            case VARNISH -> new VarnishEdge(http(settings), settings.varnishUrls(), settings.callTimeout());
            case CLOUDFRONT ->
                new CloudFrontEdge(
                        http(settings),
                        settings.cloudfrontEndpoint(),
                        settings.cloudfrontDistribution(),
                        DefaultCredentialsProvider.builder().build(),
                        settings.callTimeout());
        };
    }

    private static HttpClient http(EdgeSettings settings) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.callTimeout())
                .build();
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    LogTail edgePurger(
            KafkaClients clients,
            EdgeCache edgeCache,
            CacheProperties properties,
            MeterRegistry registry,
            Clock clock) {
        EdgeSettings settings = properties.edge();
        int sessionTimeout = (int) properties.kafka().sessionTimeout().toMillis();
        Map<String, ?> group = Map.of(
                "group.id",
                EdgePurger.GROUP,
                "session.timeout.ms",
                sessionTimeout,
                "heartbeat.interval.ms",
                sessionTimeout / 3,
                "max.poll.records",
                100);
        return new LogTail(
                EdgePurger.GROUP,
                () -> clients.consumer(EdgePurger.GROUP, group),
                POLL,
                new EdgePurger(
                        edgeCache, new PurgeQueue(settings.repeatAfter(), settings.retryInterval()), registry, clock));
    }

    @Bean
    GroupProgress edgeProgress(KafkaClients clients, MeterRegistry registry, Clock clock) {
        return GroupProgress.start(clients, EdgePurger.GROUP, Topics.PUBLISHED, registry, clock);
    }
}
