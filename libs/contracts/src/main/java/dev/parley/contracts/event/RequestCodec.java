package dev.parley.contracts.event;

import static java.util.function.Predicate.not;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.contracts.topic.Topics;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The codec of {@code chat.requests}. */
public final class RequestCodec {
    public static final String CHAT_REQUESTED = "dev.parley.ChatRequested.v1";

    private RequestCodec() {}

    public static ProducerRecord<String, byte[]> encode(ChatRequested event) {
        return encode(event, event.publishedAt());
    }

    /** As {@link #encode(ChatRequested)}, with the time at which the event is handed to Kafka. */
    public static ProducerRecord<String, byte[]> encode(ChatRequested event, Instant publishedAt) {
        String generation = event.generation().value();
        return CloudEvent.begin(CHAT_REQUESTED, generation, "gateway-service", publishedAt)
                .put(CloudEvent.KEY, event.key().map(KeyId::value))
                .put(CloudEvent.GENERATION, generation)
                .put(CloudEvent.CONVERSATION, event.conversation().value())
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.USER, event.user())
                .put(CloudEvent.MODEL, event.model())
                .put(CloudEvent.PERMITTED_MODELS, json(event.permittedModels()))
                .put(CloudEvent.STREAMING, Boolean.toString(event.streaming()))
                .put(CloudEvent.FINGERPRINT, event.fingerprint().value())
                .put(CloudEvent.CACHE_POLICY, event.cachePolicy().text())
                .put(
                        CloudEvent.SIMILAR_MODE,
                        event.similar().map(similar -> similar.mode().text()))
                .put(
                        CloudEvent.SIMILAR_COSINE_MIN,
                        event.similar().flatMap(SimilarQuestion::cosineMin).map(BigDecimal::toString))
                .put(
                        CloudEvent.SIMILAR_PARTITION,
                        event.similar().map(similar -> similar.partition().value()))
                .put(CloudEvent.SIMILAR_QUESTION, event.similar().map(SimilarQuestion::text))
                .put(CloudEvent.ESCALATES, event.escalates().map(GenerationId::value))
                .put(CloudEvent.REPLY_PARTITION, Integer.toString(event.reply().partition()))
                .put(CloudEvent.REPLY_OFFSET, Long.toString(event.reply().offset()))
                .put(CloudEvent.RECEIVED_AT, event.receivedAt().toString())
                .put(CloudEvent.ANTHROPIC_VERSION, event.anthropicVersion())
                .put(CloudEvent.ANTHROPIC_BETA, event.anthropicBeta())
                .put(CloudEvent.TRACEPARENT, event.traceparent())
                .record(Topics.REQUESTS, event.fingerprint().value(), event.request());
    }

    /** The request of a record; throws a {@link MalformedEventException} if it is none of a known version. */
    public static ChatRequested decodeChatRequested(Headers headers, byte @Nullable [] value) {
        EventHeaders event = new EventHeaders(headers);
        String type = event.require(CloudEvent.TYPE);
        if (!type.equals(CHAT_REQUESTED)) {
            throw new MalformedEventException("expected " + CHAT_REQUESTED + ", found " + type);
        }
        if (value == null || value.length == 0) {
            throw new MalformedEventException("the record has no value");
        }
        return new ChatRequested(
                event.require(CloudEvent.GENERATION, GenerationId::new),
                event.require(CloudEvent.CONVERSATION, ConversationId::new),
                event.require(CloudEvent.TENANT, TenantId::new),
                event.require(CloudEvent.USER),
                event.find(CloudEvent.KEY, KeyId::new),
                event.require(CloudEvent.MODEL),
                event.find(CloudEvent.PERMITTED_MODELS, RequestCodec::permittedModels)
                        .orElse(PermittedModels.ALL),
                event.requireBoolean(CloudEvent.STREAMING),
                event.require(CloudEvent.FINGERPRINT, Fingerprint::new),
                event.require(CloudEvent.CACHE_POLICY, text -> TextEnum.of(CachePolicy.class, text)),
                similar(event),
                event.find(CloudEvent.ESCALATES, GenerationId::new),
                new ReplyAddress(replyPartition(event), event.requireLong(CloudEvent.REPLY_OFFSET, 0)),
                event.requireInstant(CloudEvent.RECEIVED_AT),
                event.requireInstant(CloudEvent.TIME),
                event.require(CloudEvent.ANTHROPIC_VERSION),
                event.require(CloudEvent.ANTHROPIC_BETA),
                event.require(CloudEvent.TRACEPARENT),
                value);
    }

    private static Optional<String> json(PermittedModels permitted) {
        return Optional.of(permitted.prefixes()).filter(not(List::isEmpty)).map(TurnCodec.MAPPER::writeValueAsString);
    }

    private static PermittedModels permittedModels(String json) {
        try {
            JsonNode prefixes = TurnCodec.MAPPER.readTree(json);
            if (prefixes.isArray() && prefixes.valueStream().allMatch(JsonNode::isString)) {
                return new PermittedModels(
                        prefixes.valueStream().map(JsonNode::stringValue).toList());
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
        throw new IllegalArgumentException("not an array of strings");
    }

    private static Optional<SimilarQuestion> similar(EventHeaders event) {
        return event.find(CloudEvent.SIMILAR_MODE, text -> TextEnum.of(SimilarMode.class, text))
                .map(mode -> new SimilarQuestion(
                        mode,
                        event.find(CloudEvent.SIMILAR_COSINE_MIN, BigDecimal::new),
                        event.require(CloudEvent.SIMILAR_PARTITION, Fingerprint::new),
                        event.require(CloudEvent.SIMILAR_QUESTION)));
    }

    /** An existing partition, because a read of the end offset of a missing one would block. */
    private static int replyPartition(EventHeaders event) {
        int partition = event.requireInt(CloudEvent.REPLY_PARTITION, 0);
        if (partition >= Topics.DELTAS.partitions()) {
            throw new MalformedEventException("the reply partition " + partition + " does not exist");
        }
        return partition;
    }
}
