package dev.parley.cache.kafka;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.KeptQuestion;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records the questions that are stored; returns none. */
final class RecordingQuestionStore implements QuestionStore {
    record Kept(
            QuestionPartition partition,
            ConversationKey conversation,
            KeptQuestion question,
            String text,
            Duration remaining) {}

    final List<Kept> kept = new ArrayList<>();

    @Override
    public void keep(
            QuestionPartition partition,
            ConversationKey conversation,
            KeptQuestion question,
            String text,
            byte[] vector,
            Duration remaining) {
        kept.add(new Kept(partition, conversation, question, text, remaining));
    }

    @Override
    public List<Entry> after(QuestionPartition partition, String position) {
        return List.of();
    }

    @Override
    public Optional<String> text(AnswerKey answer) {
        return Optional.empty();
    }
}
