package dev.parley.gateway;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.conversation.Histories;
import dev.parley.gateway.conversation.History;
import dev.parley.gateway.conversation.MinuteQuota;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.answers.AnswerResponses;
import dev.parley.gateway.web.answers.DeliveryLog;
import dev.parley.gateway.web.answers.ReaderPresence;
import dev.parley.gateway.web.chat.AnswerMeter;
import dev.parley.gateway.web.chat.ChatHandler;
import dev.parley.gateway.web.chat.Escalations;
import dev.parley.gateway.web.chat.HistorySupply;
import dev.parley.gateway.web.chat.RequestAdmission;
import dev.parley.gateway.web.chat.RequestEvents;
import dev.parley.gateway.web.chat.RequestReader;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.input.RequestBodies;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.pool.SharedPool;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.core.scheduler.Scheduler;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends synthetic requests through the service before it is ready, so that the first real one does not wait for code to be loaded
 * and compiled: over HTTP, through all steps of a request and its answer except keys and Kafka. They leave no event, no metric and
 * no log line.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private static final int REQUESTS_MAX = 100;

    /** For the first request, which may take a second on a busy machine. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** For all requests, unless the first one takes longer. */
    private static final Duration TIME_MAX = Duration.ofMillis(600);

    private static final Caller CALLER = new Caller(new TenantId("warm-up"), "warm-up", OnDisconnect.CANCEL, Set.of());
    private static final ReplyAddress NOWHERE = new ReplyAddress(0, 0);
    private static final Future<RecordMetadata> NEVER_READ = new CompletableFuture<>();
    private static final byte[] REQUEST = resource("request.json");
    private static final byte[] ANSWER = resource("answer.sse");

    private final GatewayProperties properties;
    private final LimitCheck limitCheck;
    private final JsonMapper mapper;
    private final HttpClient http;
    private final Scheduler workers;
    private final Clock clock;
    private final OpenAnswers answers;

    WarmUp(
            GatewayProperties properties,
            LimitCheck limitCheck,
            JsonMapper mapper,
            HttpClient http,
            Scheduler workers,
            Clock clock) {
        this.properties = properties;
        this.limitCheck = limitCheck;
        this.mapper = mapper;
        this.http = http;
        this.workers = workers;
        this.clock = clock;
        this.answers = new OpenAnswers(properties.answer(), System::nanoTime);
    }

    /**
     * Blocks for {@code TIME_MAX}, or for {@code TIMEOUT} if the first request is slow. A failure does not stop the service.
     *
     * @return the number of answered requests
     */
    int run() {
        int answered = 0;
        long end = System.nanoTime() + TIME_MAX.toNanos();
        ChatHandler handler = handler();
        RequestParser parser = new RequestParser(mapper, properties.request());
        var routes = RouterFunctions.route()
                .POST("/v1/messages", call -> handler.answer(call, parser))
                .build();
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes)))
                .bindNow(TIMEOUT);
        try {
            HttpRequest request = request(server.port());
            do {
                HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
                if (answer.statusCode() != 200) {
                    throw new IOException("answered with " + answer.statusCode());
                }
                answered++;
            } while (answered < REQUESTS_MAX && System.nanoTime() < end);
            LOG.info("Warmed up with {} requests", answered);
        } catch (IOException e) {
            LOG.warn("Starting without a warm-up: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            server.dispose();
        }
        return answered;
    }

    private static HttpRequest request(int port) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/messages"))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(TIMEOUT)
                .header("x-api-key", "warm-up")
                .header("anthropic-version", "2023-06-01")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofByteArray(REQUEST))
                .build();
    }

    private ChatHandler handler() {
        RequestParser parser = new RequestParser(mapper, properties.request());
        GenerationIds signer = new GenerationIds(REQUEST);
        SignedIds ids = new SignedIds(() -> Optional.of(signer), clock);
        EventPublisher publisher = new EventPublisher((event, callback) -> {
            callback.onCompletion(null, null);
            var _ = workers.schedule(() -> answer(event));
            return NEVER_READ;
        });
        EventPublisher nowhere = new EventPublisher((_, _) -> NEVER_READ);
        RequestReader reader = new RequestReader(
                new Authentication(_ -> new KeyLookup.Valid(CALLER)),
                new RequestBodies(properties.web(), properties.connections()),
                new HistorySupply(
                        (_, _, _) -> new Histories.Result.Found(History.EMPTY),
                        Deletions::new,
                        ids,
                        1,
                        parser,
                        properties.web().requestBodyMax(),
                        workers),
                new Escalations(new ModelAliases(List.of()), ids),
                new SharedPool(properties.request().heapBytesMax(), "Too many large requests are being read."),
                workers,
                clock);
        RequestAdmission requests = new RequestAdmission(
                reader,
                new RequestEvents(ids, () -> Optional.of(NOWHERE)),
                limitCheck,
                answers,
                new RecentAnswers(),
                new SharedPool(properties.answer().openMax(), "Too many answers are open."),
                new SharedPool(properties.answer().backlogBytesMax(), "Too much waits for slow readers."),
                // Not limited: its requests name no conversation.
                new MinuteQuota<>(Long.MAX_VALUE, clock),
                publisher,
                new ReaderPresence(nowhere, properties.answer().disconnectGrace(), workers, clock),
                workers,
                clock);
        return new ChatHandler(
                requests,
                new AnswerResponses(mapper, (int) properties.web().eventMax().toBytes(), workers),
                new AnswerMeter(new SimpleMeterRegistry(), clock, Level.TRACE),
                new DeliveryLog(nowhere, workers, clock),
                properties.answer(),
                workers,
                clock);
    }

    /** Decodes the event as inference-service does, and answers as the delta tail does. */
    private void answer(ProducerRecord<String, byte[]> event) {
        ChatRequested requested = RequestCodec.decodeChatRequested(event.headers(), event.value());
        var frames = new Delta.Frames(requested.generation(), 1, 0, CacheVerdict.MISS, ANSWER, true);
        ProducerRecord<String, byte[]> piece = DeltaCodec.encode(frames, NOWHERE.partition());
        ConsumerRecord<String, byte[]> read =
                new ConsumerRecord<>(piece.topic(), NOWHERE.partition(), NOWHERE.offset(), piece.key(), piece.value());
        piece.headers().forEach(read.headers()::add);
        answers.offer(NOWHERE.partition(), NOWHERE.offset(), DeltaCodec.decode(read));
    }

    private static byte[] resource(String name) {
        try {
            return new ClassPathResource("warmup/" + name, WarmUp.class).getContentAsByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(name + " is not on the class path", e);
        }
    }
}
