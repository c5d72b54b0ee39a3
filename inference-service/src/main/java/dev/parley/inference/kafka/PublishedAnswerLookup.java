package dev.parley.inference.kafka;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.eventlog.published.PublishedAnswer;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.inference.routing.PublishedLookup;
import java.time.Clock;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds published answers in memory. Only a hit reads the log to its end, because the answer may have been withdrawn or deleted
 * meanwhile.
 */
public final class PublishedAnswerLookup implements PublishedLookup {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedAnswerLookup.class);

    private final FoldedTopic<PublishedAnswers> published;
    private final FoldedTopic<Deletions> deletions;
    private final Clock clock;

    public PublishedAnswerLookup(
            FoldedTopic<PublishedAnswers> published, FoldedTopic<Deletions> deletions, Clock clock) {
        this.published = published;
        this.deletions = deletions;
        this.clock = clock;
    }

    @Override
    public Optional<CachedAnswer> find(ChatRequested requested) {
        if (find(published.known(), requested).isEmpty()) {
            return Optional.empty();
        }
        try {
            return find(published.upToDate(), requested)
                    .filter(answer -> !isDeleted(answer.event()))
                    .map(answer -> new CachedAnswer(answer.event().message().bytes(), answer.gzippedFrames()));
        } catch (KafkaException e) {
            LOG.warn("A published answer is not used, because it may have been withdrawn: {}", e.toString());
            return Optional.empty();
        }
    }

    private Optional<PublishedAnswer> find(PublishedAnswers answers, ChatRequested requested) {
        return answers.find(requested.tenant(), requested.fingerprint(), clock.instant());
    }

    private boolean isDeleted(AnswerPublished answer) {
        return deletions
                .notOlderThan(Deletions.KNOWN_WITHIN)
                .cover(answer.tenant(), answer.conversation(), answer.generation());
    }
}
