package dev.parley.gateway;

import dev.parley.gateway.kafka.WatchClients;
import dev.parley.gateway.pulse.Pulse;
import dev.parley.gateway.pulse.Watch;
import dev.parley.gateway.session.AdminKey;
import dev.parley.gateway.web.PulseHandler;
import java.time.Clock;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Scheduler;

/** The part of the map that shows operators how it goes. */
@Configuration(proxyBeanMethods = false)
class PulseConfiguration {
    @Bean(destroyMethod = "")
    Pulse pulse(GatewayProperties properties, Scheduler workers, Clock clock) {
        var settings = properties.pulse();
        var clients = new WatchClients(properties.kafka());
        return new Pulse(
                () -> new Watch(settings, clock),
                watch -> WatchReading.begin(watch, clients, settings, clock),
                settings.watchersMax(),
                workers);
    }

    /** Before the web server waits for open responses. */
    @Bean
    ApplicationListener<ContextClosedEvent> pulseEnds(Pulse pulse) {
        return _ -> pulse.close();
    }

    @Bean
    RouterFunction<ServerResponse> pulseRoutes(Pulse pulse, GatewayProperties properties) {
        return new PulseHandler(
                        pulse,
                        new AdminKey(properties.session().adminKeySha256()),
                        !properties.session().localKey().isEmpty())
                .routes();
    }
}
