package dev.parley.gateway.web.conversations;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.ConversationSummary;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.DeletionQuota;
import dev.parley.gateway.conversation.DeletionReport;
import dev.parley.gateway.conversation.KeyQuota;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.input.JsonMembers;
import dev.parley.gateway.web.input.TraceContext;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.published.Publications;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.JsonResponse;
import dev.parley.gateway.web.response.LogWrites;
import dev.parley.gateway.web.response.StoredReads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * {@code PATCH /v1/conversations/{id}} with a title renames a conversation, {@code DELETE} deletes it. Both publish an
 * event, which persistence-worker and cache-service apply. The response waits until the event is on the log, and then
 * for the table to show the change: 200, or 202 if that exceeds the timeout. In both cases no gateway serves a deleted
 * conversation after the response. A deletion does not require that the conversation exists, because turns may be on the
 * log only.
 */
public final class ConversationChangesHandler {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    /** Well above the size of a title. */
    private static final int BODY_BYTES_MAX = 16 * 1024;

    private final CallerRequests callers;
    private final ConversationReader reader;
    private final SharedPool places;

    private final EventPublisher publisher;
    private final Publications publications;
    private final DeletionQuota quota;
    private final KeyQuota renames;
    private final FoldedTopic<Deletions> deletions;
    private final RecentAnswers recent;
    private final ConversationSettings settings;

    private final Scheduler workers;
    private final Clock clock;

    public ConversationChangesHandler(
            CallerRequests callers,
            ConversationReader reader,
            SharedPool conversationReads,
            EventPublisher publisher,
            Publications publications,
            FoldedTopic<Deletions> deletions,
            RecentAnswers recent,
            ConversationSettings settings,
            Scheduler workers,
            Clock clock) {
        this.callers = callers;
        this.reader = reader;
        this.places = conversationReads;
        this.publisher = publisher;
        this.publications = publications;
        this.quota = new DeletionQuota(settings.deletions(), clock);
        this.renames = new KeyQuota(settings.renamesPerMinute(), clock);
        this.deletions = deletions;
        this.recent = recent;
        this.settings = settings;
        this.workers = workers;
        this.clock = clock;
    }

    public Mono<ServerResponse> rename(ServerRequest request) {
        String trace = TraceContext.of(request);
        return StoredReads.explained(callers.withBody(
                request,
                BODY_BYTES_MAX,
                (caller, bytes) -> places.during(
                        caller.identity(), _ -> rename(caller, conversation(request), title(bytes), trace))));
    }

    private Mono<ServerResponse> rename(Caller caller, ConversationId id, String title, String trace) {
        TenantId tenant = caller.tenant();
        ConversationSummary before = reader.find(tenant, id).orElseThrow(StoredReads::noSuchConversation);
        ApiErrorException.refuseFor(renames.take(tenant, caller.identity()), "Too many conversations are renamed.");
        ConversationRenamed event =
                new ConversationRenamed(RequestId.next(clock), tenant, id, title, clock.instant(), trace);
        ConversationSummary after =
                new ConversationSummary(before.id(), title, before.user(), before.createdAt(), before.updatedAt());
        return LogWrites.explained(() -> publisher.publish(ChangeCodec.encode(event)))
                .then(isApplied(() -> reader.find(tenant, id)
                        .filter(now -> now.title().equals(title))
                        .isPresent()))
                .flatMap(applied -> response(applied, after));
    }

    public Mono<ServerResponse> delete(ServerRequest request) {
        String trace = TraceContext.of(request);
        return StoredReads.explained(callers.caller(request)
                .flatMap(
                        caller -> places.during(caller.identity(), _ -> delete(caller, conversation(request), trace))));
    }

    private Mono<ServerResponse> delete(Caller caller, ConversationId id, String trace) {
        TenantId tenant = caller.tenant();
        admit(caller, id);
        Instant deletedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return deleted(caller, new ConversationDeleted(RequestId.next(clock), tenant, id, deletedAt, trace))
                .then(isApplied(() -> reader.isErased(tenant, id, deletedAt)))
                .flatMap(erased -> response(erased, DeletionReport.of(id, deletedAt, erased)));
    }

    /** Takes one deletion from the quota; a repeated deletion does not count as another entry in memory. */
    private void admit(Caller caller, ConversationId id) {
        TenantId tenant = caller.tenant();
        Deletions known = deletions.known();
        boolean again = known.deletedAt(tenant, id).isPresent();
        int itself = again ? 1 : 0;
        ApiErrorException.refuseFor(
                quota.take(
                        tenant,
                        caller.identity(),
                        known.count() - itself,
                        known.count(tenant) - itself,
                        () -> again || exists(new ConversationName(tenant, id))),
                "Too many conversations are deleted.");
    }

    /**
     * Whether a conversation is in the table, or an answer of it ended at this gateway lately. True if the table cannot be read,
     * because deletions do not depend on it.
     */
    private boolean exists(ConversationName name) {
        try {
            return recent.lastEnded(name).isPresent()
                    || reader.find(name.tenant(), name.conversation()).isPresent();
        } catch (SdkException e) {
            return true;
        }
    }

    /** Publishes the deletion and withdraws the answers of the conversation, also if the client disconnects meanwhile. */
    private Mono<Void> deleted(Caller caller, ConversationDeleted event) {
        return LogWrites.explained(() -> publisher
                .publish(event, workers::schedule)
                .thenRunAsync(
                        () -> publications.withdraw(caller, event.conversation(), event.deletedAt()),
                        workers::schedule));
    }

    /**
     * Whether the table shows the change in time. An outage of the table counts as not yet: the event is on the log.
     */
    private Mono<Boolean> isApplied(BooleanSupplier shown) {
        return Mono.fromSupplier(shown::getAsBoolean)
                .subscribeOn(workers)
                .filter(applied -> applied)
                .repeatWhenEmpty(times -> times.delayElements(POLL_INTERVAL))
                .timeout(settings.changeTimeout(), Mono.just(false))
                .onErrorReturn(SdkException.class, false);
    }

    private static Mono<ServerResponse> response(boolean applied, Object body) {
        return JsonResponse.of(applied ? 200 : 202, body);
    }

    private static ConversationId conversation(ServerRequest request) {
        return new ConversationId(request.pathVariable("id"));
    }

    private static String title(byte[] body) {
        JsonMembers members = JsonMembers.of(body);
        String title = members.text("title").strip();
        if (!ConversationRenamed.isTitle(title)) {
            throw members.wrong(
                    "title",
                    "Input should be one line of 1 to " + ConversationRenamed.TITLE_CHARACTERS_MAX + " characters");
        }
        return title;
    }
}
