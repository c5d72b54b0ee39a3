package dev.parley.gateway.web.published;

import dev.parley.contracts.Gzip;
import dev.parley.contracts.Sha256;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.published.AnswerId;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.Audience;
import dev.parley.contracts.published.CacheTags;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.eventlog.published.PublishedAnswer;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.gateway.published.AnswerAddresses;
import dev.parley.gateway.published.CachePeriods;
import dev.parley.gateway.web.connection.WholeBody;
import dev.parley.gateway.web.pool.ObservedResponse;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Serves published answers from memory, without a key: {@code /v1/collections/{collection}}, {@code /v1/answers/{id}} and {@code
 * …/events}, and {@code /v1/t/{tenant}/answers/{id}} with a signature. Each read first reads the log to its end, so that a cache
 * that was purged does not store the old answer again. Without the log the response is 503, and caches serve what they have.
 */
public final class PublishedAnswersHandler {
    private static final MediaType EVENT_STREAM = MediaType.parseMediaType("text/event-stream; charset=utf-8");
    private static final int ETAG_DIGITS = 32;

    /** Readers have no keys: in the pool of the heap they are one key together. */
    private static final String READERS = "readers of published answers";

    private static final String FULL = "Too many published answers are being read.";

    /**
     * What is published and not deleted, at the time of a request.
     *
     * @param held the bytes of the response, until the client has received it
     */
    private record Shown(PublishedAnswers answers, Deletions deletions, Instant now, Reservation held) {
        boolean isShown(AnswerPublished answer) {
            return answer.isCurrent(now)
                    && !deletions.cover(answer.tenant(), answer.conversation(), answer.generation());
        }

        Optional<PublishedAnswer> find(AnswerId id) {
            return answers.find(id).filter(answer -> isShown(answer.event()));
        }
    }

    private final FoldedTopic<PublishedAnswers> published;
    private final FoldedTopic<Deletions> deletions;

    private final Supplier<AnswerAddresses> addresses;
    /** Concurrent reads, which addresses share. */
    private final SharedPool places;
    /** Bounds the bytes of responses until clients have received them. */
    private final SharedPool heap;

    private final Scheduler workers;
    private final Clock clock;

    public PublishedAnswersHandler(
            FoldedTopic<PublishedAnswers> published,
            FoldedTopic<Deletions> deletions,
            Supplier<AnswerAddresses> addresses,
            PublishedSettings settings,
            SharedPool requestHeap,
            Scheduler workers,
            Clock clock) {
        this.published = published;
        this.deletions = deletions;
        this.addresses = addresses;
        this.places = new SharedPool(settings.readsMax(), FULL);
        this.heap = requestHeap;
        this.workers = workers;
        this.clock = clock;
    }

    public Mono<ServerResponse> list(ServerRequest request) {
        String address = request.pathVariable("collection");
        return read(address, shown -> {
            List<AnswerPublished> questions = shown
                    .answers()
                    .all(answer -> answer.audience() == Audience.PUBLIC
                            && answer.question().isIn(address)
                            && shown.isShown(answer))
                    .stream()
                    .map(PublishedAnswer::event)
                    .toList();
            if (questions.isEmpty()) {
                throw nothing();
            }
            Optional<Instant> firstEnd = questions.stream()
                    .flatMap(question -> question.expiresAt().stream())
                    .min(Comparator.naturalOrder());
            byte[] body = TurnCodec.MAPPER.writeValueAsBytes(Map.of(
                    "questions",
                    questions.stream().map(PublishedAnswersHandler::summary).toList()));
            return cacheable(
                    shown,
                    MediaType.APPLICATION_JSON,
                    body,
                    CachePeriods.LIST.header(shown.now(), firstEnd),
                    CacheTags.ofList(questions.getFirst().question()));
        });
    }

    /** @param what of the address, which has many spellings */
    private Mono<ServerResponse> read(String what, Function<Shown, Mono<ServerResponse>> response) {
        Reservation held = heap.reservation(READERS);
        Mono<ServerResponse> reading = Mono.defer(() ->
                        response.apply(new Shown(published.upToDate(), deletions.upToDate(), clock.instant(), held)))
                .subscribeOn(workers);
        return ObservedResponse.of(() -> places.during(what, _ -> reading), held)
                .onErrorMap(KafkaException.class, _ -> ApiErrorException.logUnreachable())
                .onErrorMap(PublishedAnswersHandler::isForKeys, _ -> new ApiErrorException(529, FULL, "1"));
    }

    /** Whether a key has its share. Caches take a 529 for a failure, and deliver what they have. */
    private static boolean isForKeys(Throwable failure) {
        return failure instanceof ApiErrorException refused && refused.error().status() == 429;
    }

    static Map<String, Object> summary(AnswerPublished answer) {
        return new TreeMap<>(Map.of(
                "id", answer.id(),
                "slug", answer.slug(),
                "question", answer.text(),
                "model", answer.model(),
                "version", answer.version(),
                "published_at", answer.at()));
    }

    public Mono<ServerResponse> message(ServerRequest request) {
        return read(
                request.pathVariable("id"), shown -> message(shown, publicAnswer(shown, request), Optional.empty()));
    }

    public Mono<ServerResponse> events(ServerRequest request) {
        return read(request.pathVariable("id"), shown -> {
            PublishedAnswer answer = publicAnswer(shown, request);
            return cacheable(shown, answer, Optional.empty(), EVENT_STREAM, unzipped(answer.gzippedFrames()));
        });
    }

    public Mono<ServerResponse> signedMessage(ServerRequest request) {
        return read(request.pathVariable("id"), shown -> {
            PublishedAnswer answer = shown.find(id(request))
                    .filter(found -> found.event().tenant().value().equals(request.pathVariable("tenant")))
                    .orElseThrow(PublishedAnswersHandler::nothing);
            return message(shown, answer, Optional.of(signedEnd(request, answer.event(), shown.now())));
        });
    }

    private Instant signedEnd(ServerRequest request, AnswerPublished answer, Instant now) {
        AnswerAddresses signing = addresses.get();
        TenantId tenant = answer.tenant();
        Optional<Long> end = request.queryParam("e")
                .filter(text -> text.matches("[0-9]{1,11}"))
                .map(Long::valueOf);
        return end.filter(seconds -> signing.isSigned(
                        tenant, answer.id(), seconds, request.queryParam("s").orElse("")))
                .map(Instant::ofEpochSecond)
                .filter(now::isBefore)
                .orElseThrow(
                        () -> new ApiErrorException(403, "The signature of this address is invalid or has expired."));
    }

    private static PublishedAnswer publicAnswer(Shown shown, ServerRequest request) {
        return shown.find(id(request))
                .filter(answer -> answer.event().audience() == Audience.PUBLIC)
                .orElseThrow(PublishedAnswersHandler::nothing);
    }

    private static AnswerId id(ServerRequest request) {
        try {
            return new AnswerId(request.pathVariable("id"));
        } catch (IllegalArgumentException e) {
            throw nothing();
        }
    }

    private static ApiErrorException nothing() {
        return new ApiErrorException(404, "Nothing is published at this address.");
    }

    private static Mono<ServerResponse> message(Shown shown, PublishedAnswer answer, Optional<Instant> end) {
        return cacheable(
                shown,
                answer,
                end,
                MediaType.APPLICATION_JSON,
                answer.event().message().bytes());
    }

    private static Mono<ServerResponse> cacheable(
            Shown shown, PublishedAnswer answer, Optional<Instant> end, MediaType type, byte[] body) {
        Optional<Instant> firstEnd = Stream.of(end, answer.event().expiresAt())
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
        return cacheable(
                shown, type, body, CachePeriods.ANSWER.header(shown.now(), firstEnd), CacheTags.of(answer.event()));
    }

    /** A response that shared caches may store. Spring makes it a 304 if the client has this body. */
    private static Mono<ServerResponse> cacheable(
            Shown shown, MediaType type, byte[] body, String cacheControl, List<String> tags) {
        shown.held().take(WholeBody.bytesHeld(body.length));
        return ServerResponse.ok()
                .contentType(type)
                .eTag(Sha256.of(body).substring(0, ETAG_DIGITS))
                .header(HttpHeaders.CACHE_CONTROL, cacheControl)
                .header(CacheTags.HEADER, String.join(",", tags))
                .header("x-content-type-options", "nosniff")
                .build((exchange, _) -> {
                    ServerHttpResponse response = exchange.getResponse();
                    response.getHeaders().setContentLength(body.length);
                    return WholeBody.write(body, response).then();
                });
    }

    /** The gateways publish no more. */
    private static byte[] unzipped(byte[] gzipped) {
        return Gzip.unpack(gzipped, PublishableAnswers.EVENTS_BYTES_MAX)
                .orElseThrow(() -> new IllegalStateException("the events of a published answer are unreadable"));
    }
}
