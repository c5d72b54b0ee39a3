package dev.parley.inference;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.DeadLetterPublisher;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.GroupProgress;
import dev.parley.eventlog.LogTail;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.kafka.ArrivalRate;
import dev.parley.inference.kafka.InferenceClients;
import dev.parley.inference.kafka.commands.Cancellations;
import dev.parley.inference.kafka.commands.CommandListener;
import dev.parley.inference.kafka.requests.DeltaPublisher;
import dev.parley.inference.kafka.requests.GenerationExecutor;
import dev.parley.inference.kafka.requests.InFlightRequests;
import dev.parley.inference.kafka.requests.LostGenerations;
import dev.parley.inference.kafka.requests.NewRequestHandler;
import dev.parley.inference.kafka.requests.RequestCoalescing;
import dev.parley.inference.kafka.requests.RequestListener;
import dev.parley.inference.limits.GenerationPlaces;
import dev.parley.inference.limits.HeapShares;
import dev.parley.inference.routing.RequestRouter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.Executors;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map for generations: from their requests on Kafka to their deltas and turns. */
@Configuration(proxyBeanMethods = false)
class GenerationConfiguration {
    @Bean
    RequestListener listener(
            InferenceClients clients,
            InferenceProperties properties,
            GenerationExecutor executor,
            GroupProgress progress,
            MeterRegistry registry) {
        RequestListener listener = new RequestListener(
                clients::requestConsumer,
                clients::turnProducer,
                clients::endOfRequests,
                properties.kafka(),
                executor,
                new DeadLetterPublisher(
                        clients::deadLetterProducer,
                        DeadLetterCounter.of(registry, properties.kafka().groupId(), Topics.REQUESTS)));
        Gauge.builder("parley.inference.requests.waiting", () -> progress.unread(listener.positions()))
                .description("Requests in this replica's partitions that it has not begun within ten seconds")
                .register(registry);
        return listener;
    }

    @Bean
    HeapShares heapShares(MeterRegistry registry) {
        long heapBytes = Runtime.getRuntime().maxMemory();
        HeapShares heap = new HeapShares(heapBytes / 5, heapBytes / 8);
        Gauge.builder("parley.inference.heap.occupancy", heap, HeapShares::occupancy)
                .description("Heap of requests and running answers, by that for requests")
                .register(registry);
        return heap;
    }

    @Bean
    InFlightRequests inFlightRequests(HeapShares heap) {
        return new InFlightRequests(heap);
    }

    @Bean
    GenerationPlaces generationPlaces(InferenceProperties properties, HeapShares heap, MeterRegistry registry) {
        GenerationPlaces places = new GenerationPlaces(properties.generation().generationsMax(), heap);
        Gauge.builder("parley.inference.generations.running", places, GenerationPlaces::runningOrWaiting)
                .description("Running generations, and interrupted ones that wait to be taken over")
                .register(registry);
        return places;
    }

    @Bean
    Cancellations cancellations(Clock clock) {
        return new Cancellations(clock);
    }

    @Bean
    NewRequestHandler newRequestHandler(
            RequestRouter router,
            GenerationRunner runner,
            FoldedTopic<Deletions> deletionLog,
            GenerationPlaces places,
            InFlightRequests inFlight,
            Clock clock) {
        return new NewRequestHandler(
                router,
                runner,
                new RequestCoalescing(runner, () -> deletionLog.notOlderThan(Deletions.KNOWN_WITHIN), clock),
                places,
                inFlight);
    }

    @Bean
    GenerationExecutor generationExecutor(
            NewRequestHandler newRequests,
            GenerationPlaces places,
            HeapShares heap,
            InFlightRequests inFlight,
            Cancellations cancellations,
            InferenceClients clients,
            DeltaPublisher deltaPublisher) {
        return new GenerationExecutor(
                newRequests,
                places,
                heap,
                inFlight,
                cancellations,
                new LostGenerations(clients::deltaConsumer),
                deltaPublisher,
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("generation-", 0).factory()));
    }

    @Bean
    DeltaPublisher deltaPublisher(InferenceClients clients, InferenceProperties properties) {
        return new DeltaPublisher(
                clients.deltaProducer(),
                clients.lingeringDeltaProducer(),
                ArrivalRate.ofMerged(properties.kafka().deltaLingerFrom()),
                properties.kafka().deltaMergeInterval());
    }

    @Bean
    LogTail commands(InferenceClients clients, Cancellations cancellations, Clock clock) {
        return CommandListener.tail(clients, cancellations, clock);
    }

    /** Part of readiness: a replica outside of the group answers no request. */
    @Bean
    HealthIndicator requestsHealthIndicator(RequestListener listener) {
        return () -> (listener.joined() ? Health.up() : Health.down()).build();
    }
}
