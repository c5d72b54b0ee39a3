package dev.parley.gateway;

import dev.parley.contracts.id.GenerationIds;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.process.BuildVersion;
import dev.parley.eventlog.process.MeterLimits;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.kafka.DeltaTail;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.page.PageFiles;
import dev.parley.gateway.page.PageHandler;
import dev.parley.gateway.web.answers.AnswerResponses;
import dev.parley.gateway.web.answers.DeliveryLog;
import dev.parley.gateway.web.answers.GenerationsHandler;
import dev.parley.gateway.web.answers.ReaderPresence;
import dev.parley.gateway.web.chat.AnswerMeter;
import dev.parley.gateway.web.chat.ChatHandler;
import dev.parley.gateway.web.chat.Escalations;
import dev.parley.gateway.web.chat.MeasuredTrace;
import dev.parley.gateway.web.chat.RequestAdmission;
import dev.parley.gateway.web.chat.RequestEvents;
import dev.parley.gateway.web.chat.RequestReader;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.response.ErrorResponses;
import dev.parley.gateway.web.response.KeyGuessThrottle;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.event.Level;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * The map of the service. What Spring can make from other objects is imported; what takes more has a method. The APIs and
 * connections are in {@link ApiConfiguration}, the clients of Kafka in {@link KafkaConfiguration}, keys and limits in {@link
 * KeysConfiguration}, stored conversations in {@link ConversationConfiguration}, published answers in {@link
 * PublishedConfiguration}.
 */
@Configuration(proxyBeanMethods = false)
@Import({
    MeterLimits.class,
    MeasuredTrace.class,
    WarmUp.class,
    SignedIds.class,
    CallerRequests.class,
    Escalations.class,
    RequestReader.class,
    RequestEvents.class,
    RequestAdmission.class,
    ChatHandler.class,
    GenerationsHandler.class
})
class GatewayConfiguration {
    /** A clock with the precision of timestamps in DuckDB and pandas, which read those of nanoseconds as text. */
    @Bean
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.of(1, ChronoUnit.MICROS));
    }

    @Bean(initMethod = "start", destroyMethod = "stop")
    SigningSecret signingSecret(GatewayProperties properties, GatewayClients clients) {
        return new SigningSecret(properties.generations(), clients::clusterId);
    }

    /** Empty until the secret is known. */
    @Bean
    Supplier<Optional<GenerationIds>> generationIds(SigningSecret secret) {
        return secret::ids;
    }

    @Bean
    AnswerSettings answerSettings(GatewayProperties properties) {
        return properties.answer();
    }

    @Bean
    ResumeSettings resumeSettings(GatewayProperties properties) {
        return properties.resume();
    }

    @Bean
    BuildVersion buildVersion() {
        return new BuildVersion("gateway-service", GatewayApplication.class);
    }

    /** For work that would block an event loop: a virtual thread for each task. */
    @Bean(destroyMethod = "dispose")
    Scheduler workers() {
        return Schedulers.fromExecutorService(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("worker-", 0).factory()));
    }

    @Bean
    OpenAnswers openAnswers(GatewayProperties properties, MeterRegistry registry) {
        OpenAnswers answers = new OpenAnswers(properties.answer(), System::nanoTime);
        Gauge.builder("parley.gateway.answers.open", answers, OpenAnswers::size)
                .description("Open answers")
                .register(registry);
        return answers;
    }

    @Bean
    PhasedLifecycle tails(DeltaTail deltas, Producer<String, byte[]> eventProducer, WarmUp warmUp) {
        return PhasedLifecycle.aroundRequests(
                () -> {
                    deltas.start();
                    Thread.startVirtualThread(() -> GatewayClients.connect(eventProducer));
                    warmUp.run();
                },
                deltas::close);
    }

    @Bean
    RequestBodies bodies(GatewayProperties properties) {
        return new RequestBodies(properties.web(), properties.connections());
    }

    @Bean
    SharedPool requestHeap(GatewayProperties properties, MeterRegistry registry) {
        SharedPool heap =
                new SharedPool(properties.request().heapBytesMax(), "Too many large requests are being read.");
        Gauge.builder("parley.gateway.requests.heap", heap, SharedPool::taken)
                .description("Estimated heap use of requests, and of stored data until clients have received it")
                .baseUnit("bytes")
                .register(registry);
        return heap;
    }

    @Bean
    SharedPool answerPlaces(AnswerSettings settings) {
        return new SharedPool(settings.openMax(), "Too many answers are open.");
    }

    @Bean
    SharedPool answerBacklogs(AnswerSettings settings) {
        return new SharedPool(settings.backlogBytesMax(), "Too much waits for slow readers.");
    }

    @Bean
    AnswerMeter answerMeter(MeterRegistry registry, Clock clock) {
        return new AnswerMeter(registry, clock, Level.INFO);
    }

    @Bean
    ReaderPresence presence(EventPublisher publisher, GatewayProperties properties, Scheduler workers, Clock clock) {
        return new ReaderPresence(publisher, properties.answer().disconnectGrace(), workers, clock);
    }

    @Bean
    PhasedLifecycle cutOff(ReaderPresence presence) {
        return PhasedLifecycle.afterGrace(presence::stopping);
    }

    @Bean
    DeliveryLog deliveryLog(Producer<String, byte[]> deliveryProducer, Scheduler workers, Clock clock) {
        return new DeliveryLog(new EventPublisher(deliveryProducer::send), workers, clock);
    }

    @Bean
    AnswerResponses responses(JsonMapper mapper, GatewayProperties properties, Scheduler workers) {
        return new AnswerResponses(mapper, (int) properties.web().eventMax().toBytes(), workers);
    }

    @Bean
    RouterFunction<ServerResponse> pageRoutes(
            GatewayProperties properties, FoldedTopic<PublishedAnswers> publishedLog) {
        String collection = properties.page().collection();
        return new PageHandler(
                        PageFiles.read(),
                        properties.session().localKey(),
                        () -> Optional.of(collection)
                                .filter(name -> publishedLog.known().hasCollection(name)))
                .routes();
    }

    @Bean
    ErrorResponses errors(GatewayProperties properties, MeterRegistry registry, Clock clock) {
        return new ErrorResponses(new KeyGuessThrottle(properties.wrongKeys(), System::nanoTime), registry, clock);
    }
}
