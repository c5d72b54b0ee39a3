package dev.parley.gateway;

import dev.parley.gateway.kafka.AnswerReaders;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.web.SignedIds;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map for the ids of generations and for resuming them. */
@Configuration(proxyBeanMethods = false)
class GenerationConfiguration {
    @Bean
    AnswerReaders answerReaders(GatewayClients clients, MeterRegistry registry) {
        var readers = new AnswerReaders(clients::answerConsumer);
        Gauge.builder("parley.gateway.answers.resumed", readers, AnswerReaders::size)
                .description("Resumed answers that are being read")
                .register(registry);
        return readers;
    }

    @Bean
    GenerationSigner generationSigner(GatewayProperties properties, GatewayClients clients) {
        return new GenerationSigner(properties.generations(), clients::clusterId);
    }

    @Bean
    PhasedLifecycle signing(GenerationSigner signer) {
        return PhasedLifecycle.aroundRequests(signer::start, signer::stop);
    }

    @Bean
    SignedIds signedIds(GenerationSigner signer, Clock clock) {
        return new SignedIds(signer, clock);
    }
}
