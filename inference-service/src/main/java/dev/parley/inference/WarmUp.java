package dev.parley.inference;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.inference.claude.HttpClaude;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.RoutedRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;

/**
 * Runs synthetic generations before the service is ready, so that the first real one does not wait for code to be loaded and
 * compiled: over HTTP against {@link StubClaude}, through all steps of an answer except Kafka. They leave no event and no metric.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int GENERATIONS_MAX = 100;

    /** For the first generation, which may take a second on a busy machine. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** For all generations, unless the first one takes longer. */
    private static final Duration TIME_MAX = Duration.ofMillis(600);

    private static final TenantId TENANT = new TenantId("warm-up");
    private static final Fingerprint FINGERPRINT = new Fingerprint("0".repeat(64));
    private static final String TRACE = "00-00000000000000000000000000000001-0000000000000001-01";
    private static final byte[] QUESTION = resource("question.json");
    private static final byte[] ANSWER = resource("answer.sse");

    private final Function<HttpClaude, GenerationRunner> runners;
    private final Function<URI, HttpClaude> claudes;
    private final Clock clock;

    WarmUp(Function<URI, HttpClaude> claudes, Function<HttpClaude, GenerationRunner> runners, Clock clock) {
        this.claudes = claudes;
        this.runners = runners;
        this.clock = clock;
    }

    /**
     * Blocks for {@code TIME_MAX}, or for {@code TIMEOUT} if the first generation is slow. A failure does not stop the service.
     *
     * @return the number of completed generations
     */
    int run() {
        int completed = 0;
        try (StubClaude claude = new StubClaude(ANSWER);
                HttpClaude client = claudes.apply(claude.address());
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            GenerationRunner runner = runners.apply(client);
            long end = System.nanoTime() + TIME_MAX.toNanos();
            do {
                await(thread.submit(() -> generation(runner)));
                completed++;
            } while (completed < GENERATIONS_MAX && System.nanoTime() < end);
            LOG.info("Warmed up with {} generations", completed);
        } catch (RuntimeException | ExecutionException | TimeoutException e) {
            LOG.warn("Starting without a warm-up: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return completed;
    }

    private static void await(Future<?> generation) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            generation.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            generation.cancel(true);
        }
    }

    /** Runs one generation from the encoded request to the encoded turn. */
    private ProducerRecord<String, byte[]> generation(GenerationRunner runner) throws InterruptedException {
        ProducerRecord<String, byte[]> event = RequestCodec.encode(request());
        ChatRequested requested = RequestCodec.decodeChatRequested(event.headers(), event.value());
        FinishedTurn finished =
                runner.run(RoutedRequest.toClaude(requested, clock.instant()), WarmUp::publish, new Cancellation());
        if (finished.turn() instanceof ChatCompleted whole) {
            return TurnCodec.encode(whole, finished.gzippedFrames());
        }
        throw new IllegalStateException("ended as " + finished.turn().getClass().getSimpleName());
    }

    private static void publish(Delta delta) {
        var _ = DeltaCodec.encode(delta, 0);
    }

    private ChatRequested request() {
        return new ChatRequested(
                GenerationId.unsigned(clock, 0),
                ConversationId.next(clock),
                TENANT,
                "warm-up",
                Optional.empty(),
                "claude-opus-5-5",
                PermittedModels.ALL,
                true,
                FINGERPRINT,
                CachePolicy.USE,
                Optional.empty(),
                Optional.empty(),
                new ReplyAddress(0, 0),
                clock.instant(),
                clock.instant(),
                "2023-06-01",
                "",
                TRACE,
                QUESTION);
    }

    private static byte[] resource(String name) {
        try {
            return new ClassPathResource("warmup/" + name, WarmUp.class).getContentAsByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(name + " is not on the class path", e);
        }
    }
}
