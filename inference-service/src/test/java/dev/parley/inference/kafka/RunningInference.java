package dev.parley.inference.kafka;

import static org.awaitility.Awaitility.await;

import dev.parley.answercache.Lookup.NotFound;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.DeadLetterPublisher;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.generation.Generations;
import dev.parley.inference.generation.RetrySettings;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.generation.recovery.RecoveryMemory;
import dev.parley.inference.kafka.commands.Cancellations;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.inference.kafka.partitions.TurnLog;
import dev.parley.inference.kafka.recovery.RecoveryExecutor;
import dev.parley.inference.kafka.recovery.RedeliveryCheck;
import dev.parley.inference.kafka.recovery.TurnLookup;
import dev.parley.inference.kafka.recovery.WriteProbes;
import dev.parley.inference.kafka.requests.DeltaPublisher;
import dev.parley.inference.kafka.requests.GenerationExecutor;
import dev.parley.inference.kafka.requests.InFlightRequests;
import dev.parley.inference.kafka.requests.LostGenerations;
import dev.parley.inference.kafka.requests.NewRequestHandler;
import dev.parley.inference.kafka.requests.RequestCoalescing;
import dev.parley.inference.kafka.requests.RequestListener;
import dev.parley.inference.limits.AnswerBytes;
import dev.parley.inference.limits.GenerationPlaces;
import dev.parley.inference.limits.HeapShares;
import dev.parley.inference.routing.AnswerLookup;
import dev.parley.inference.routing.RequestRouter;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** A replica of the service without Spring, with a real broker: its listener, executor and redelivery check. */
public final class RunningInference implements AutoCloseable {
    public static final String GROUP = "inference-service";
    public static final Duration NO_GRACE = Duration.ofMillis(1);

    private final GreetingClaude claude = new GreetingClaude();
    private final Set<TopicPartition> opened = ConcurrentHashMap.newKeySet();
    private final InferenceClients clients;
    private final Producer<String, byte[]> prompt;
    private final Producer<String, byte[]> lingering;
    private final Producer<byte[], byte[]> dead;
    private final RequestListener listener;
    private final Thread watching;

    private RunningInference(String bootstrapServers, Duration silenceLimit, Duration grace, AnswerLookup cached) {
        Clock clock = Clock.systemUTC();
        GenerationSettings generation = generations(silenceLimit);
        KafkaSettings kafka = kafka(bootstrapServers, Duration.ofSeconds(4), Duration.ofMillis(100), grace);
        clients = clients(bootstrapServers);
        prompt = clients.deltaProducer();
        lingering = clients.lingeringDeltaProducer();
        dead = clients.deadLetterProducer();
        GenerationRunner runner = runner(claude, generation);
        DeltaPublisher deltas = new DeltaPublisher(prompt, lingering, ArrivalRate.ofMerged(1_000), Duration.ZERO);
        HeapShares heap = new HeapShares(
                Runtime.getRuntime().maxMemory() / 5, Runtime.getRuntime().maxMemory() / 8);
        InFlightRequests inFlight = new InFlightRequests(heap);
        GenerationPlaces places = new GenerationPlaces(generation.generationsMax(), heap);
        NewRequestHandler requests = new NewRequestHandler(
                router(cached), runner, new RequestCoalescing(runner, Deletions::new, clock), places, inFlight);
        GenerationExecutor executor = new GenerationExecutor(
                requests,
                places,
                heap,
                inFlight,
                new Cancellations(clock),
                new LostGenerations(clients::deltaConsumer),
                deltas,
                Executors.newVirtualThreadPerTaskExecutor());
        listener = new RequestListener(
                clients::requestConsumer,
                clients::turnProducer,
                this::end,
                kafka,
                executor,
                new DeadLetterPublisher(
                        () -> dead,
                        DeadLetterCounter.of(new SimpleMeterRegistry(), "inference-service", Topics.REQUESTS)));
        watching = Thread.ofPlatform()
                .unstarted(new RedeliveryCheck(
                        clients::committedConsumer,
                        clients::endOffsetConsumer,
                        new TurnLookup(clients::turnLookupConsumer, System::nanoTime),
                        new WriteProbes(deltas, clock, System::nanoTime),
                        executor,
                        new RecoveryExecutor(executor, runner, clients::deltaConsumer),
                        generation,
                        Duration.ZERO,
                        new RecoveryMemory(Long.MAX_VALUE),
                        clock));
    }

    /**
     * Starts a replica.
     *
     * @param silenceLimit the silence after which a generation is taken over
     */
    public static RunningInference start(String bootstrapServers, Duration silenceLimit) {
        return start(bootstrapServers, silenceLimit, NO_GRACE);
    }

    /** Starts a replica with a time for running generations after the start of its stop. */
    public static RunningInference start(String bootstrapServers, Duration silenceLimit, Duration grace) {
        return start(new RunningInference(bootstrapServers, silenceLimit, grace, _ -> new NotFound()));
    }

    /** Starts a replica with cached answers. */
    public static RunningInference start(String bootstrapServers, Duration silenceLimit, AnswerLookup cached) {
        return start(new RunningInference(bootstrapServers, silenceLimit, NO_GRACE, cached));
    }

    private static RunningInference start(RunningInference started) {
        started.watching.start();
        Thread.ofPlatform().start(started.listener);
        return started;
    }

    public static RequestRouter router(AnswerLookup cached) {
        return new RequestRouter(
                _ -> Optional.empty(),
                cached,
                (_, _) -> new NotReused(SimilarTrace.NONE),
                (_, _) -> {},
                Clock.systemUTC());
    }

    /** A runner with a given Claude. */
    public static GenerationRunner runner(Claude claude, GenerationSettings settings) {
        BigDecimal one = BigDecimal.ONE;
        ModelPrice price = new ModelPrice("claude-", one, one, one, one, 0, null);
        return Generations.runner(claude, settings, Clock.systemUTC(), price);
    }

    /** For a sink whose answers are bounded otherwise. */
    public static AnswerBytes uncounted() {
        return new AnswerBytes(new HeapShares(Long.MAX_VALUE / 2, Long.MAX_VALUE), "key-1");
    }

    /** Opens the turn log of a partition as an owner does; retries while the broker starts. */
    public static TurnLog turnLog(InferenceClients clients, int partition) {
        TurnLog log = OwnedPartitions.turnLog(() -> clients.turnProducer(partition));
        await("the turn log is open").atMost(Duration.ofSeconds(60)).until(() -> {
            log.open(() -> true);
            return !log.isBroken();
        });
        return log;
    }

    public static GenerationSettings generations(Duration silenceLimit) {
        return new GenerationSettings(
                50,
                Duration.ofSeconds(1),
                silenceLimit,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                new RetrySettings(
                        3,
                        0,
                        Duration.ofMillis(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(5),
                        Map.of()),
                1_000_000);
    }

    public static InferenceClients clients(String bootstrapServers) {
        return new InferenceClients(
                new KafkaClients(KafkaConnection.plain(bootstrapServers), new SimpleMeterRegistry()),
                kafka(bootstrapServers, Duration.ofSeconds(4), Duration.ofMillis(100), NO_GRACE));
    }

    public static KafkaSettings kafka(
            String bootstrapServers, Duration sessionTimeout, Duration commitInterval, Duration grace) {
        return new KafkaSettings(
                bootstrapServers,
                GROUP,
                sessionTimeout,
                commitInterval,
                Duration.ofMinutes(2),
                Duration.ofMillis(20),
                1_000,
                Duration.ofMillis(50),
                grace,
                Duration.ZERO);
    }

    public GreetingClaude claude() {
        return claude;
    }

    public boolean joined() {
        return listener.joined();
    }

    /**
     * Whether it has opened all partitions, so that a request from here on is a new one: a member has its partitions before they
     * are open. For the only replica of the group.
     */
    public boolean ownsAll() {
        return opened.size() == Topics.REQUESTS.partitions();
    }

    private long end(TopicPartition partition) {
        long end = clients.endOfRequests(partition);
        opened.add(partition);
        return end;
    }

    /** Leaves the group and releases running generations. May be called twice. */
    public void stop() {
        try {
            listener.stop();
            watching.interrupt();
            watching.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        prompt.close();
        lingering.close();
        dead.close();
    }

    @Override
    public void close() {
        stop();
    }
}
