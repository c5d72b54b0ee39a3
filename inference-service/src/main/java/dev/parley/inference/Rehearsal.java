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
import dev.parley.inference.claude.HttpClaude;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.RoutedRequest;
import java.io.IOException;
import java.io.InputStream;
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

/**
 * Runs made-up generations before the first real one comes, which would otherwise wait for code that has never run: against
 * a Claude of its own, over HTTP, through all that an answer passes here but the log. They leave no event, no metric and no
 * line behind, and cost nothing.
 */
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int GENERATIONS_MAX = 100;

    /** On a busy machine the first generation alone may take a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** For all generations, unless the first one takes longer. */
    private static final Duration TIME_MAX = Duration.ofMillis(600);

    private static final TenantId TENANT = new TenantId("rehearsal");
    private static final Fingerprint FINGERPRINT = new Fingerprint("0".repeat(64));
    private static final String TRACE = "00-00000000000000000000000000000001-0000000000000001-01";
    private static final byte[] QUESTION = resource("question.json");
    private static final byte[] ANSWER = resource("answer.sse");

    private final Function<HttpClaude, GenerationRunner> runners;
    private final Function<URI, HttpClaude> claudes;
    private final Clock clock;

    /**
     * Prepares it.
     *
     * @param claudes makes a client of the Claude at an address
     * @param runners makes what runs generations with it
     */
    Rehearsal(Function<URI, HttpClaude> claudes, Function<HttpClaude, GenerationRunner> runners, Clock clock) {
        this.claudes = claudes;
        this.runners = runners;
        this.clock = clock;
    }

    /**
     * Takes {@code TIME_MAX}, at most {@code PATIENCE} longer; whatever goes wrong, the service starts.
     *
     * @return how many generations were completed
     */
    int perform() {
        int completed = 0;
        try (PretendClaude claude = PretendClaude.start(ANSWER);
                HttpClaude client = claudes.apply(claude.address());
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            GenerationRunner runner = runners.apply(client);
            long end = System.nanoTime() + TIME_MAX.toNanos();
            do {
                await(thread.submit(() -> generation(runner)));
                completed++;
            } while (completed < GENERATIONS_MAX && System.nanoTime() < end);
            LOG.info("Rehearsed {} generations", completed);
        } catch (IOException | ExecutionException | TimeoutException e) {
            LOG.warn("Starting without having rehearsed: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return completed;
    }

    private static void await(Future<?> generation) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            generation.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            generation.cancel(true);
        }
    }

    /** From the bytes of the request to the bytes of the turn. */
    private ProducerRecord<String, byte[]> generation(GenerationRunner runner) throws InterruptedException {
        ProducerRecord<String, byte[]> event = RequestCodec.encode(request());
        ChatRequested requested = RequestCodec.decodeChatRequested(event.headers(), event.value());
        FinishedTurn finished =
                runner.run(RoutedRequest.toClaude(requested, clock.instant()), Rehearsal::publish, new Cancellation());
        if (finished.turn() instanceof ChatCompleted whole) {
            return TurnCodec.encode(whole, "rehearsal", finished.gzippedFrames());
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
                "rehearsal",
                Optional.empty(),
                "claude-sonnet-4-5",
                true,
                FINGERPRINT,
                CachePolicy.USE,
                new ReplyAddress(0, 0),
                clock.instant(),
                clock.instant(),
                "2023-06-01",
                "",
                TRACE,
                QUESTION);
    }

    private static byte[] resource(String name) {
        try (InputStream file = Rehearsal.class.getResourceAsStream("rehearsal/" + name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be read", e);
        }
    }
}
