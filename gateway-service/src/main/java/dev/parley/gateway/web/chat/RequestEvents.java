package dev.parley.gateway.web.chat;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.reuse.Fingerprints;
import dev.parley.contracts.reuse.SimilarRequests;
import dev.parley.gateway.request.CacheControl;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.chat.RequestReader.ReceivedRequest;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;

/** Makes the events of requests, from what was read of them and from the headers for Claude and the caches. */
public final class RequestEvents {
    private final SignedIds ids;
    /** For the deltas of a new answer; empty while this gateway does not read {@code chat.deltas}. */
    private final Supplier<Optional<ReplyAddress>> replyAddress;

    public RequestEvents(SignedIds ids, Supplier<Optional<ReplyAddress>> replyAddress) {
        this.ids = ids;
        this.replyAddress = replyAddress;
    }

    /** The event to publish, with a new generation, or an {@link ApiErrorException}. It gets the time of publication later. */
    ChatRequested of(ReceivedRequest received, HttpHeaders headers, String traceparent, Instant receivedAt) {
        Caller caller = received.caller();
        TenantId tenant = caller.tenant();
        Accepted request = received.request();
        ReplyAddress reply = replyAddress.get().orElseThrow(ApiErrorException::logUnreachable);
        GenerationId generation = ids.next(reply.partition(), tenant, request.format(), received.alias());
        String version = RequestValue.version(headers);
        String beta = RequestValue.betas(headers);
        if (headers.containsHeader(HeaderNames.USER_PROFILE)) {
            throw ApiErrorException.invalidRequest(
                    HeaderNames.USER_PROFILE + ": This header is not forwarded to Claude");
        }
        boolean escalated = received.escalates().isPresent();
        CachePolicy cachePolicy = CacheControl.policy(headers.getOrEmpty(HttpHeaders.CACHE_CONTROL), request.json());
        SimilarMode similar =
                cachePolicy == CachePolicy.USE && !escalated ? similarMode(caller, headers) : SimilarMode.OFF;
        return new ChatRequested(
                generation,
                received.conversation(),
                tenant,
                received.user(),
                caller.key(),
                request.model(),
                caller.limits().permittedModels(),
                request.streaming(),
                Fingerprints.of(tenant, version, beta, request.json(), escalated),
                cachePolicy,
                SimilarRequests.question(similar, tenant, version, beta, request.json(), request.upstream().length)
                        .map(question -> question.withCosineMin(caller.similarCosineMin())),
                received.escalates(),
                reply,
                receivedAt,
                receivedAt,
                version,
                beta,
                traceparent,
                request.upstream());
    }

    /** The mode of the key, unless the request forbids similar answers. */
    private static SimilarMode similarMode(Caller caller, HttpHeaders headers) {
        String wanted = headers.getFirst(HeaderNames.SIMILAR);
        if (wanted != null && !wanted.equals(SimilarMode.OFF.text())) {
            throw ApiErrorException.invalidRequest(HeaderNames.SIMILAR + ": Input should be 'off'");
        }
        return wanted == null ? caller.similar() : SimilarMode.OFF;
    }
}
