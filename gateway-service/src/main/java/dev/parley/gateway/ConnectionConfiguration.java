package dev.parley.gateway;

import dev.parley.gateway.web.HostHeaderFilter;
import dev.parley.gateway.web.RequestDeadlines;
import dev.parley.gateway.web.StalledWrites;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map for connections. */
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {
    /** Closes connections whose clients stop reading, also when the whole response has been written. */
    @Bean
    NettyServerCustomizer stalledWrites(GatewayProperties properties) {
        return server -> server.doOnChannelInit((_, channel, _) -> channel.pipeline()
                .addFirst(new StalledWrites(properties.resume().readTimeout())));
    }

    /** Bounds connections, and ends requests that are too slow or answered before their end. */
    @Bean
    NettyServerCustomizer requestDeadlines(GatewayProperties properties) {
        var settings = properties.connections();
        return server -> server.maxConnections(settings.openMax())
                .doOnChannelInit((_, channel, _) -> RequestDeadlines.watch(channel, settings.headerTimeout()));
    }

    @Bean
    HostHeaderFilter hostRequired() {
        return new HostHeaderFilter();
    }
}
