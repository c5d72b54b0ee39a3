package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.price.Prices;
import dev.parley.gateway.limits.Admission;
import dev.parley.gateway.limits.LocalLedger;
import dev.parley.gateway.limits.SharedLedger;
import dev.parley.gateway.model.ModelAliases;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

class WarmUpTest {
    @EnableConfigurationProperties(GatewayProperties.class)
    static class Bound {}

    @Test
    void answersRequestsWithoutALog() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .run(context -> assertThat(answered(context.getBean(GatewayProperties.class)))
                        .isPositive());
    }

    private static int answered(GatewayProperties properties) {
        LocalLedger ledger = new LocalLedger(100);
        try (HttpClient http = HttpClient.newHttpClient();
                SharedLedger shared = new SharedLedger(
                        ledger, new LocalLedger(100), properties.limits(), new SimpleMeterRegistry())) {
            Clock clock = Clock.systemUTC();
            Admission admission = new Admission(shared, new Prices(List.of()), new ModelAliases(List.of()), clock);
            return new WarmUp(properties, admission, JsonMapper.shared(), http, Schedulers.boundedElastic(), clock)
                    .run();
        }
    }
}
