package dev.parley.contracts.published;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.EventValue;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.topic.Topics;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The codec of {@code chat.published}: JSON in snake case, keyed by {@link QuestionKey}. */
public final class PublishedCodec {
    public static final String ANSWER_PUBLISHED = "dev.parley.AnswerPublished.v1";
    public static final String ANSWER_WITHDRAWN = "dev.parley.AnswerWithdrawn.v1";

    private PublishedCodec() {}

    /** The record of a published answer, and of its server-sent events with their ids, as for {@link TurnCodec#FRAMES}. */
    public static ProducerRecord<String, byte[]> encode(AnswerPublished event, byte[] gzippedFrames) {
        EventHeaders headers = begin(ANSWER_PUBLISHED, event, event.id() + "/" + event.generation(), event.key())
                .put(CloudEvent.GENERATION, event.generation().value())
                .put(CloudEvent.CONVERSATION, event.conversation().value())
                .put(CloudEvent.MODEL, event.model())
                .put(CloudEvent.FINGERPRINT, event.fingerprint().value());
        ProducerRecord<String, byte[]> encoded = record(headers, event);
        encoded.headers().add(TurnCodec.FRAMES, gzippedFrames);
        return encoded;
    }

    public static ProducerRecord<String, byte[]> encode(AnswerWithdrawn event) {
        return record(begin(ANSWER_WITHDRAWN, event, event.question() + "/" + event.at(), event.key()), event);
    }

    private static EventHeaders begin(String type, PublishedEvent event, String id, Optional<KeyId> key) {
        return CloudEvent.begin(type, id, "gateway-service", event.at())
                .put(CloudEvent.TENANT, event.question().tenant().value())
                .put(CloudEvent.KEY, key.map(KeyId::value));
    }

    private static ProducerRecord<String, byte[]> record(EventHeaders headers, PublishedEvent event) {
        return headers.record(Topics.PUBLISHED, event.question().toString(), TurnCodec.MAPPER.writeValueAsBytes(event));
    }

    /** The event of a record; throws a {@link MalformedEventException} if it is none about a valid question. */
    public static PublishedEvent decode(Headers headers, byte @Nullable [] value) {
        String type = new EventHeaders(headers).require(CloudEvent.TYPE);
        Class<? extends PublishedEvent> known = switch (type) {
            case ANSWER_PUBLISHED -> AnswerPublished.class;
            case ANSWER_WITHDRAWN -> AnswerWithdrawn.class;
            default -> throw new MalformedEventException("unknown type of event of a published answer: " + type);
        };
        PublishedEvent event = EventValue.read(type, known, value);
        try {
            // Has a valid name.
            event.question();
            return event;
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException(type + " is unreadable");
        }
    }

    public static byte[] frames(Headers headers) {
        Header frames = headers.lastHeader(TurnCodec.FRAMES);
        if (frames == null || frames.value() == null) {
            throw new MalformedEventException("the record has no frames");
        }
        return frames.value();
    }
}
