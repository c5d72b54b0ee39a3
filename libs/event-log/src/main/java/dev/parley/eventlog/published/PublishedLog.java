package dev.parley.eventlog.published;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.PublishedEvent;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The published answers on {@code chat.published}. */
public final class PublishedLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedLog.class);
    private static final byte[] NO_FRAMES = {};

    private final PublishedAnswers answers = new PublishedAnswers();
    private final FoldedTopic topic;

    private PublishedLog(KafkaClients clients, String service, Duration timeout) {
        this.topic = FoldedTopic.start(
                clients, service + "-published", Topics.PUBLISHED, timeout, event -> add(answers, event));
    }

    /** Starts to read. The client ids begin with {@code service}; the timeout bounds {@link #upToDate()}. */
    public static PublishedLog start(KafkaClients clients, String service, Duration timeout) {
        return new PublishedLog(clients, service, timeout);
    }

    /**
     * The answers after every event that was on the log at the call. Blocks, for 1-2 ms while Kafka is healthy; not for an
     * event loop.
     *
     * @throws KafkaException if the topic cannot be read to its end within the timeout: then it is unknown what has been
     *     withdrawn
     */
    public PublishedAnswers upToDate() {
        topic.awaitEnd();
        return answers;
    }

    /** The answers read so far. */
    public PublishedAnswers known() {
        return answers;
    }

    static void add(PublishedAnswers answers, ConsumerRecord<String, byte[]> record) {
        try {
            PublishedEvent event = PublishedCodec.decode(record.headers(), record.value());
            answers.apply(
                    event, event instanceof AnswerPublished ? PublishedCodec.frames(record.headers()) : NO_FRAMES);
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed event at {}@{}: {}", record.topic(), record.offset(), e.reason());
        }
    }

    @Override
    public void close() {
        topic.close();
    }
}
