package dev.parley.gateway.web.published;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.Audience;
import dev.parley.contracts.published.QuestionKey;
import dev.parley.gateway.conversation.MinuteQuota;
import dev.parley.gateway.published.AnswerAddresses;
import dev.parley.gateway.published.PublishingPolicy;
import dev.parley.gateway.request.CacheControl;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.chat.ChatHandler;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.published.PublicationRequest.Options;
import dev.parley.gateway.web.published.PublicationRequest.Source.Asked;
import dev.parley.gateway.web.published.PublicationRequest.Source.Given;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.gateway.web.response.JsonResponse;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * {@code /v1/collections/{collection}/questions/{slug}}: {@code PUT} publishes an answer, {@code POST …/refresh} asks Claude again,
 * {@code DELETE} withdraws it, for keys with the scope {@code publish}. {@code GET} shows it, with its address, to all keys of the
 * tenant.
 */
public final class PublicationsHandler {
    private static final int SHORT_MAX = 64;

    /** Headers that would make the answer depend on more than its request. */
    private static final List<String> NOT_PUBLIC = List.of(
            HeaderNames.CONVERSATION,
            HeaderNames.HISTORY,
            HeaderNames.AFTER_GENERATION,
            HeaderNames.ESCALATE,
            HeaderNames.OPEN_WEBUI_CHAT);

    private final CallerRequests callers;
    /** Concurrent publications, which wait for their answers. Keys share them, as the ones below. */
    private final SharedPool places;

    /** Concurrent requests that wait for no answer. */
    private final SharedPool shortPlaces = new SharedPool(SHORT_MAX, "Too many publications are read or withdrawn.");

    /** Quota of questions published and refreshed, each of which is purged from the edge after those before it. */
    private final MinuteQuota<TenantId> changes;

    /** The same of withdrawals, so that no other change delays one. */
    private final MinuteQuota<TenantId> withdrawals;

    /** For what publications read from the log. */
    private final SharedPool backlogs;

    private final ChatHandler chat;
    private final RequestParser parser;
    private final PublishableAnswers answers;
    private final Publications publications;
    private final Supplier<AnswerAddresses> addresses;
    private final PublishedSettings settings;
    private final Scheduler workers;
    private final Clock clock;

    public PublicationsHandler(
            CallerRequests callers,
            ChatHandler chat,
            RequestParser parser,
            PublishableAnswers answers,
            Publications publications,
            Supplier<AnswerAddresses> addresses,
            PublishedSettings settings,
            SharedPool answerBacklogs,
            Scheduler workers,
            Clock clock) {
        this.callers = callers;
        this.backlogs = answerBacklogs;
        this.places = new SharedPool(settings.changesMax(), "Too many answers are being published.");
        this.changes = new MinuteQuota<>(settings.changesPerMinute(), clock);
        this.withdrawals = new MinuteQuota<>(settings.changesPerMinute(), clock);
        this.chat = chat;
        this.parser = parser;
        this.answers = answers;
        this.publications = publications;
        this.addresses = addresses;
        this.settings = settings;
        this.workers = workers;
        this.clock = clock;
    }

    public Mono<ServerResponse> publish(ServerRequest request) {
        return permitted(
                request,
                places,
                (caller, place) -> callers.withBody(
                        request,
                        caller,
                        PublishingPolicy.REQUEST_BYTES_MAX,
                        bytes -> publish(request, caller, place, PublicationRequest.parse(bytes, clock.instant()))));
    }

    private Mono<ServerResponse> publish(
            ServerRequest request, Caller caller, Reservation place, PublicationRequest publication) {
        // Before Claude is asked.
        QuestionKey question = question(request, caller);
        takeQuota(changes, caller);
        Mono<GenerationId> generation = switch (publication.source()) {
            case Given given -> Mono.just(given.generation());
            case Asked asked -> ask(request, TurnCodec.MAPPER.writeValueAsBytes(asked.request()), _ -> {});
        };
        return generation.flatMap(of -> publish(caller, place, question, of, publication.options(), Optional.empty()));
    }

    public Mono<ServerResponse> refresh(ServerRequest request) {
        return permitted(request, places, (caller, place) -> {
            QuestionKey question = question(request, caller);
            AnswerPublished before = published(question);
            takeQuota(changes, caller);
            return ask(request, before.request().bytes(), headers -> headers.setCacheControl("no-cache"))
                    .flatMap(generation ->
                            publish(caller, place, question, generation, Options.of(before), Optional.of(before)));
        });
    }

    /** The generation of a whole answer to this request, on a worker. */
    private Mono<GenerationId> ask(ServerRequest request, byte[] body, Consumer<HttpHeaders> policy) {
        if (CacheControl.policy(request.headers().header(HttpHeaders.CACHE_CONTROL)) == CachePolicy.NO_STORE) {
            throw new ApiErrorException(unpublishable("an answer with cache-control: no-store"));
        }
        ServerRequest chatRequest = ServerRequest.from(request)
                .headers(headers -> {
                    NOT_PUBLIC.forEach(headers::remove);
                    headers.set(HeaderNames.SIMILAR, "off");
                    headers.setContentLength(body.length);
                    policy.accept(headers);
                })
                .body(new String(body, UTF_8))
                .build();
        return chat.awaitAnswer(chatRequest, this::parse).publishOn(workers);
    }

    private ClientRequest parse(byte[] body) {
        return switch (parser.parse(body)) {
            case Accepted accepted ->
                PublishingPolicy.objection(accepted.json())
                        .<ClientRequest>map(objection -> new Rejected(unpublishable(objection)))
                        .orElseGet(() -> new Accepted(
                                accepted.model(),
                                false,
                                accepted.format(),
                                accepted.user(),
                                accepted.json(),
                                accepted.upstream()));
            case Rejected rejected -> rejected;
        };
    }

    private static ApiError unpublishable(String objection) {
        return ApiError.invalidRequest("This cannot be published: " + objection + ".");
    }

    /** Publishes to the end also if the client disconnects: interrupted, the publication would be withdrawn. */
    private Mono<ServerResponse> publish(
            Caller caller,
            Reservation place,
            QuestionKey question,
            GenerationId generation,
            Options options,
            Optional<AnswerPublished> replaced) {
        return Mono.using(
                        () -> backlogs.reservation(caller.identity()),
                        heap -> answers.read(caller, generation, heap)
                                .flatMap(answer -> place.finishing(
                                        workers,
                                        () -> publications.publish(caller, question, answer, options, replaced))),
                        Reservation::close)
                .flatMap(this::shown);
    }

    public Mono<ServerResponse> withdraw(ServerRequest request) {
        return permitted(request, shortPlaces, (caller, _) -> {
            QuestionKey question = question(request, caller);
            if (publications.find(question).isEmpty()) {
                throw noSuchQuestion();
            }
            takeQuota(withdrawals, caller);
            publications.withdraw(caller, question);
            return ServerResponse.noContent().build();
        });
    }

    public Mono<ServerResponse> show(ServerRequest request) {
        return authenticated(request, shortPlaces, (caller, _) -> shown(published(question(request, caller))));
    }

    private AnswerPublished published(QuestionKey question) {
        return publications
                .find(question)
                .filter(answer -> answer.isCurrent(clock.instant()))
                .orElseThrow(PublicationsHandler::noSuchQuestion);
    }

    private Mono<ServerResponse> permitted(
            ServerRequest request, SharedPool pool, BiFunction<Caller, Reservation, Mono<ServerResponse>> action) {
        return authenticated(request, pool, (caller, place) -> {
            if (!caller.mayPublish()) {
                throw new ApiErrorException(403, "This key lacks the scope publish.");
            }
            return action.apply(caller, place);
        });
    }

    /** Called once a request may change something: other keys of the tenant may need the quota. */
    private static void takeQuota(MinuteQuota<TenantId> quota, Caller caller) {
        ApiErrorException.refuseFor(quota.take(caller.tenant()), "Too many publications are changed.");
    }

    private Mono<ServerResponse> authenticated(
            ServerRequest request, SharedPool pool, BiFunction<Caller, Reservation, Mono<ServerResponse>> action) {
        return callers.caller(request)
                .flatMap(caller -> pool.during(caller.identity(), place -> action.apply(caller, place)))
                .onErrorMap(KafkaException.class, _ -> ApiErrorException.logUnreachable());
    }

    private static QuestionKey question(ServerRequest request, Caller caller) {
        try {
            return new QuestionKey(caller.tenant(), request.pathVariable("collection"), request.pathVariable("slug"));
        } catch (IllegalArgumentException e) {
            throw ApiErrorException.invalidRequest(String.valueOf(e.getMessage()));
        }
    }

    private static ApiErrorException noSuchQuestion() {
        return new ApiErrorException(404, "There is no such published question.");
    }

    private Mono<ServerResponse> shown(AnswerPublished answer) {
        Map<String, Object> shown = new TreeMap<>(PublishedAnswersHandler.summary(answer));
        shown.put("collection", answer.question().collectionAddress());
        shown.put("audience", answer.audience());
        shown.put("generation", answer.generation());
        answer.expiresAt().ifPresent(end -> shown.put("expires_at", end));
        shown.put("url", address(answer));
        return JsonResponse.of(200, shown);
    }

    private String address(AnswerPublished answer) {
        return answer.audience() == Audience.PUBLIC
                ? "/v1/answers/" + answer.id()
                : addresses
                        .get()
                        .signed(answer.tenant(), answer.id(), clock.instant().plus(settings.linkLife()));
    }
}
