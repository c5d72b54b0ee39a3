package dev.parley.gateway.web.published;

import dev.parley.contracts.Gzip;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.published.AnswerWithdrawn.Reason;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.QuestionKey;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.eventlog.published.PublishedAnswer;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.published.AnswerAddresses;
import dev.parley.gateway.published.PublishingPolicy;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.published.PublicationRequest.Options;
import dev.parley.gateway.web.published.PublishableAnswers.PublishableAnswer;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.messages.Thinking;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes and withdraws answers: writes the events, and returns when all in-sync replicas have them. All methods block; an
 * expected failure is an {@link ApiErrorException}.
 */
public final class Publications {
    private static final Logger LOG = LoggerFactory.getLogger(Publications.class);

    /** Another gateway, whose clock is behind, may still serve an answer that has ended, or its publisher replace it. */
    private static final Duration ENDED_MARGIN = Duration.ofMinutes(10);

    private final EventPublisher publisher;
    private final FoldedTopic<PublishedAnswers> published;
    private final FoldedTopic<Deletions> deletions;

    private final Supplier<AnswerAddresses> addresses;
    private final PublishedSettings settings;
    private final Clock clock;

    public Publications(
            EventPublisher publisher,
            FoldedTopic<PublishedAnswers> published,
            FoldedTopic<Deletions> deletions,
            Supplier<AnswerAddresses> addresses,
            PublishedSettings settings,
            Clock clock) {
        this.publisher = publisher;
        this.published = published;
        this.deletions = deletions;
        this.addresses = addresses;
        this.settings = settings;
        this.clock = clock;
    }

    /** The newest answer to a question. */
    Optional<AnswerPublished> find(QuestionKey question) {
        return published.upToDate().find(question).map(PublishedAnswer::event);
    }

    /** @param replaced the answer that the new one was asked for; empty to replace whatever is published */
    AnswerPublished publish(
            Caller caller,
            QuestionKey question,
            PublishableAnswer answer,
            Options options,
            Optional<AnswerPublished> replaced) {
        Turn turn = answer.turn();
        PublishingPolicy.objection(turn).ifPresent(objection -> {
            throw ApiErrorException.invalidRequest("This cannot be published: " + objection + ".");
        });
        TurnFacts facts = turn.facts();
        PublishedAnswers known = published.upToDate();
        Optional<AnswerPublished> before = known.find(question).map(PublishedAnswer::event);
        if (replaced.isPresent() && !replaced.equals(before)) {
            throw changedMeanwhile();
        }
        AnswerPublished event = new AnswerPublished(
                question.tenant(),
                question.collection(),
                question.slug(),
                addresses.get().id(question, facts.fingerprint()),
                before.map(AnswerPublished::version).orElse(0L) + 1,
                options.audience(),
                facts.generation(),
                facts.conversation(),
                facts.fingerprint(),
                PublishingPolicy.question(facts.request().tree()),
                facts.model(),
                facts.request(),
                RawJson.of(Thinking.removed(turn.message())),
                caller.key(),
                options.expiresAt(),
                now());
        PublishedAnswer whole = new PublishedAnswer(event, Gzip.pack(answer.events()), before.isPresent());
        requireRoom(known, whole);
        requireNotDeleted(event);
        try {
            await(publisher.publish(PublishedCodec.encode(event, whole.gzippedFrames())));
        } finally {
            // Also after a failure: the event may be on the log all the same.
            withdrawIfDeleted(event);
            if (replaced.isPresent()) {
                withdrawUnlessItReplaces(event);
            }
        }
        return event;
    }

    private static ApiErrorException changedMeanwhile() {
        return new ApiErrorException(409, "The published answer was changed or withdrawn while Claude was asked.");
    }

    /** Answers of the tenant that have ended take up room until they are withdrawn. */
    private void requireRoom(PublishedAnswers known, PublishedAnswer added) {
        if (!hasRoom(known, added)) {
            withdrawEnded(answer -> answer.tenant().equals(added.event().tenant()));
            if (!hasRoom(published.upToDate(), added)) {
                throw new ApiErrorException(429, "Too much is published. Withdraw an answer first.");
            }
        }
    }

    private boolean hasRoom(PublishedAnswers known, PublishedAnswer added) {
        QuestionKey question = added.event().question();
        long tenants = known.bytes(other ->
                other.tenant().equals(question.tenant()) && !other.question().equals(question));
        long all = known.bytes(other -> !other.question().equals(question));
        return tenants + added.bytes() <= settings.tenantBytesMax().toBytes()
                && all + added.bytes() <= settings.bytesMax().toBytes();
    }

    /** Fails with a {@link KafkaException} if it is unknown. */
    private void requireNotDeleted(AnswerPublished event) {
        if (deletions.upToDate().cover(event.tenant(), event.conversation(), event.generation())) {
            throw new ApiErrorException(404, "There is no such generation.");
        }
    }

    /**
     * The conversation may have been deleted while its answer was being published. If that is unknown, the answer is withdrawn
     * too: readers hide a deleted answer only for as long as they know of the deletion.
     */
    private void withdrawIfDeleted(AnswerPublished event) {
        try {
            requireNotDeleted(event);
        } catch (ApiErrorException | KafkaException e) {
            withdraw(event.question(), Reason.DELETED, event.key());
            throw e;
        }
    }

    /**
     * Another gateway may have withdrawn the former answer after it was found, and before the new one was on the log. That does not
     * make the question public again, nor does a record that is not on the log yet because its publication has failed. If the
     * published answers are unknown, the answer is withdrawn too.
     */
    private void withdrawUnlessItReplaces(AnswerPublished event) {
        Optional<PublishedAnswer> now;
        try {
            now = published.upToDate().find(event.question());
        } catch (KafkaException e) {
            withdraw(event.question(), Reason.REQUESTED, event.key());
            throw e;
        }
        if (now.filter(answer -> answer.replaces() || !answer.event().equals(event))
                .isEmpty()) {
            withdraw(event.question(), Reason.REQUESTED, event.key());
            throw changedMeanwhile();
        }
    }

    /** Withdraws the answer to a question. */
    void withdraw(Caller caller, QuestionKey question) {
        withdraw(question, Reason.REQUESTED, caller.key());
    }

    /** Withdraws the answers of a conversation that is deleted. Called when its deletion is on the log. */
    public void withdraw(Caller caller, ConversationId conversation, Instant deletedAt) {
        withdrawAll(
                answer -> answer.tenant().equals(caller.tenant())
                        && answer.conversation().equals(conversation)
                        && ConversationDeleted.covers(deletedAt, answer.generation()),
                Reason.DELETED,
                _ -> caller.key());
    }

    /**
     * Withdraws answers that have ended, and those of deleted conversations that are still published, because their withdrawal has
     * failed at the time: readers hide them only for as long as they know of the deletion. Logs a failure.
     */
    public void repair() {
        try {
            Deletions deleted = deletions.upToDate();
            withdrawAll(
                    answer -> deleted.cover(answer.tenant(), answer.conversation(), answer.generation()),
                    Reason.DELETED,
                    AnswerPublished::key);
            withdrawEnded(_ -> true);
        } catch (ApiErrorException | KafkaException e) {
            LOG.warn("Answers of deleted conversations, or that have ended, may still be published: {}", e.toString());
        }
    }

    private void withdrawEnded(Predicate<AnswerPublished> which) {
        Instant then = now().minus(ENDED_MARGIN);
        withdrawAll(answer -> !answer.isCurrent(then) && which.test(answer), Reason.REQUESTED, AnswerPublished::key);
    }

    /** All at once, so that it takes the time of one. */
    private void withdrawAll(
            Predicate<AnswerPublished> which, Reason reason, Function<AnswerPublished, Optional<KeyId>> key) {
        await(CompletableFuture.allOf(published.upToDate().all(which).stream()
                .map(PublishedAnswer::event)
                .map(answer -> withdrawal(answer.question(), reason, key.apply(answer)))
                .toArray(CompletableFuture[]::new)));
    }

    private void withdraw(QuestionKey question, Reason reason, Optional<KeyId> key) {
        await(withdrawal(question, reason, key));
    }

    private CompletableFuture<Void> withdrawal(QuestionKey question, Reason reason, Optional<KeyId> key) {
        return publisher.publish(PublishedCodec.encode(new AnswerWithdrawn(question, reason, key, now())));
    }

    private static void await(CompletableFuture<Void> publication) {
        try {
            publication.join();
        } catch (CompletionException e) {
            throw ApiErrorException.logUnreachable();
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
