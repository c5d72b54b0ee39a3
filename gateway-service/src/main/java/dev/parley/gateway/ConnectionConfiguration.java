package dev.parley.gateway;

import dev.parley.gateway.web.HostRequired;
import dev.parley.gateway.web.RequestDeadlines;
import dev.parley.gateway.web.StalledWrites;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map that concerns connections, before and below what is asked on them. */
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {
    /** Cuts who takes nothing of what waits for him, also when all of it has been written. */
    @Bean
    NettyServerCustomizer stalledWrites(GatewayProperties properties) {
        return server -> server.doOnChannelInit((_, channel, _) -> channel.pipeline()
                .addFirst(new StalledWrites(properties.resume().readTimeout())));
    }

    /** Bounds connections, and what is left of requests that come too slowly or are answered before they have come. */
    @Bean
    NettyServerCustomizer requestDeadlines(GatewayProperties properties) {
        var settings = properties.connections();
        return server -> server.maxConnections(settings.openMax())
                .doOnChannelInit((_, channel, _) -> RequestDeadlines.watch(channel, settings.headerTimeout()));
    }

    @Bean
    HostRequired hostRequired() {
        return new HostRequired();
    }
}
