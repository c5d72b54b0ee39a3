package dev.parley.eventlog.published;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.published.AnswerId;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.QuestionKey;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The newest answer of each published question. Written by one thread, read by any. Bounded by the gateways, which limit the
 * bytes that a tenant and all tenants together publish.
 */
public final class PublishedAnswers implements FoldedTopic.State {
    private static final Comparator<PublishedAnswer> BY_TIME =
            Comparator.comparing(answer -> answer.event().at());

    private record Request(TenantId tenant, Fingerprint fingerprint) {
        static Request of(AnswerPublished answer) {
            return new Request(answer.tenant(), answer.fingerprint());
        }
    }

    private final Map<QuestionKey, PublishedAnswer> byQuestion = new ConcurrentHashMap<>();
    private final Map<AnswerId, PublishedAnswer> byId = new ConcurrentHashMap<>();
    /** Usually one each: a question may be in several collections. */
    private final Map<Request, List<PublishedAnswer>> byRequest = new ConcurrentHashMap<>();

    /**
     * Starts to read {@code chat.published}. If {@link FoldedTopic#upToDate()} fails, it is unknown what has been withdrawn.
     *
     * @param service the client ids begin with it
     */
    public static FoldedTopic<PublishedAnswers> start(KafkaClients clients, String service, Duration timeout) {
        return FoldedTopic.start(clients, service + "-published", Topics.PUBLISHED, timeout, new PublishedAnswers());
    }

    @Override
    public void add(ConsumerRecord<String, byte[]> event) {
        switch (PublishedCodec.decode(event.headers(), event.value())) {
            case AnswerPublished published -> {
                PublishedAnswer before = byQuestion.get(published.question());
                PublishedAnswer answer =
                        new PublishedAnswer(published, PublishedCodec.frames(event.headers()), before != null);
                // Adds before it removes, so that no reader misses both.
                byQuestion.put(published.question(), answer);
                byId.put(published.id(), answer);
                byRequest.merge(Request.of(published), List.of(answer), PublishedAnswers::joined);
                remove(before);
            }
            case AnswerWithdrawn withdrawn -> remove(byQuestion.remove(withdrawn.question()));
        }
    }

    private void remove(@Nullable PublishedAnswer answer) {
        if (answer != null) {
            byId.remove(answer.event().id(), answer);
            byRequest.computeIfPresent(
                    Request.of(answer.event()),
                    (_, all) -> all.size() == 1
                            ? null
                            : all.stream().filter(one -> !one.equals(answer)).toList());
        }
    }

    private static List<PublishedAnswer> joined(List<PublishedAnswer> some, List<PublishedAnswer> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    public Optional<PublishedAnswer> find(QuestionKey question) {
        return Optional.ofNullable(byQuestion.get(question));
    }

    public Optional<PublishedAnswer> find(AnswerId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The answer to a request of a tenant; if several questions have the same request, the one published last that has not ended. */
    public Optional<PublishedAnswer> find(TenantId tenant, Fingerprint fingerprint, Instant now) {
        return byRequest.getOrDefault(new Request(tenant, fingerprint), List.of()).stream()
                .filter(answer -> answer.event().isCurrent(now))
                .max(BY_TIME);
    }

    /** The answers that satisfy a condition, ordered by question. */
    public List<PublishedAnswer> all(Predicate<AnswerPublished> condition) {
        return byQuestion.values().stream()
                .filter(answer -> condition.test(answer.event()))
                .sorted(Comparator.comparing(answer -> answer.event().question().toString()))
                .toList();
    }

    /** Whether a collection, by its name in public addresses, has a question. */
    public boolean hasCollection(String address) {
        return byQuestion.keySet().stream().anyMatch(question -> question.isIn(address));
    }

    /** The bytes of the answers that satisfy a condition. */
    public long bytes(Predicate<AnswerPublished> condition) {
        return byQuestion.values().stream()
                .filter(answer -> condition.test(answer.event()))
                .mapToLong(PublishedAnswer::bytes)
                .sum();
    }
}
