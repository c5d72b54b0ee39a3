package dev.parley.gateway;

import dev.parley.gateway.kafka.AnswerReaders;
import dev.parley.gateway.kafka.KafkaClients;
import dev.parley.gateway.web.SignedIds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map that makes and knows the ids of generations, and reads them again. */
@Configuration(proxyBeanMethods = false)
class GenerationConfiguration {
    @Bean
    AnswerReaders answerReaders(KafkaClients clients, MeterRegistry registry) {
        var readers = new AnswerReaders(clients::answerConsumer);
        registry.gauge("parley.gateway.answers.resumed", readers, AnswerReaders::size);
        return readers;
    }

    @Bean
    GenerationSigner generationSigner(GatewayProperties properties, KafkaClients clients) {
        return new GenerationSigner(properties.generations(), clients::clusterId);
    }

    @Bean
    SignedIds signedIds(GenerationSigner signer, Clock clock) {
        return new SignedIds(signer, clock);
    }
}
