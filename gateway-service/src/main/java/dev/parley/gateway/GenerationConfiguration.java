package dev.parley.gateway;

import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.kafka.ResumedAnswers;
import dev.parley.gateway.web.SignedIds;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The part of the map for the ids of generations and for resuming them. */
@Configuration(proxyBeanMethods = false)
@Import(SignedIds.class)
class GenerationConfiguration {
    @Bean
    ResumedAnswers resumedAnswers(
            GatewayClients clients,
            FoldedTopic<Deletions> deletions,
            RecentAnswers recent,
            AnswerSettings answers,
            ResumeSettings settings,
            MeterRegistry registry,
            Clock clock) {
        var resumed = new ResumedAnswers(
                clients::answerConsumer,
                deletions::upToDate,
                recent::ended,
                answers,
                settings,
                clock,
                System::nanoTime);
        Gauge.builder("parley.gateway.answers.resumed", resumed, ResumedAnswers::size)
                .description("Resumed answers that are being read")
                .register(registry);
        return resumed;
    }

    @Bean(initMethod = "start", destroyMethod = "stop")
    GenerationSigner generationSigner(GatewayProperties properties, GatewayClients clients) {
        return new GenerationSigner(properties.generations(), clients::clusterId);
    }
}
