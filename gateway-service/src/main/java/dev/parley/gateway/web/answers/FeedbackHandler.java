package dev.parley.gateway.web.answers;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.AnswerRated.Rating;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.gateway.conversation.KeyQuota;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.input.JsonMembers;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.input.TraceContext;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.gateway.web.response.JsonResponse;
import dev.parley.gateway.web.response.LogWrites;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code POST /v1/generations/{generation}/feedback}: publishes a reader's opinion of an answer. The response waits until the event
 * is on the log. An answer to a similar question that is rated down is not reused for its wording again.
 */
public final class FeedbackHandler {
    /** Above the size of the longest comment, with all of its characters escaped. */
    private static final int BODY_BYTES_MAX = 32 * 1024;

    private static final Set<String> MEMBERS = Set.of("rating", "comment");

    private record Feedback(Rating rating, String comment) {}

    private final CallerRequests callers;
    private final SignedIds ids;
    private final EventPublisher publisher;
    /** Quota of ratings, each of which is a record that is kept for a year. */
    private final KeyQuota quota;

    private final Clock clock;

    public FeedbackHandler(
            CallerRequests callers, SignedIds ids, EventPublisher publisher, KeyQuota feedbackQuota, Clock clock) {
        this.callers = callers;
        this.ids = ids;
        this.publisher = publisher;
        this.quota = feedbackQuota;
        this.clock = clock;
    }

    public Mono<ServerResponse> rate(ServerRequest request) {
        String trace = TraceContext.of(request);
        return callers.withBody(request, BODY_BYTES_MAX, (caller, bytes) -> rate(request, caller, bytes, trace));
    }

    private Mono<ServerResponse> rate(ServerRequest request, Caller caller, byte[] body, String trace) {
        GenerationId generation = ids.inPath(request, caller);
        Feedback feedback = read(body);
        ApiErrorException.refuseFor(quota.take(caller.tenant(), caller.identity()), "Too many answers are rated.");
        AnswerRated event = new AnswerRated(
                RequestId.next(clock),
                caller.tenant(),
                generation,
                feedback.rating(),
                feedback.comment(),
                clock.instant(),
                trace);
        return LogWrites.explained(() -> publisher.publish(ChangeCodec.encode(event)))
                .then(Mono.defer(() -> JsonResponse.of(
                        ServerResponse.ok().header(HeaderNames.GENERATION, generation.value()),
                        Map.of(
                                "id",
                                generation.value(),
                                "type",
                                "feedback",
                                "rating",
                                feedback.rating().text()))));
    }

    private static Feedback read(byte[] bytes) {
        JsonMembers body = JsonMembers.of(bytes);
        body.requireNames(MEMBERS);
        Rating rating = TextEnum.find(Rating.class, body.optionalText("rating").orElse(""))
                .orElseThrow(() -> body.wrong("rating", "Input should be 'up' or 'down'"));
        String comment = body.json().path("comment").isNull()
                ? ""
                : body.optionalText("comment").orElse("");
        if (!AnswerRated.isComment(comment)) {
            throw body.wrong(
                    "comment",
                    "Input should be a text of at most " + AnswerRated.COMMENT_CHARACTERS_MAX + " characters");
        }
        return new Feedback(rating, comment);
    }
}
