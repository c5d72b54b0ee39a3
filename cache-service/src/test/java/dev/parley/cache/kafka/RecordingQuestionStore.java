package dev.parley.cache.kafka;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.Candidates;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.Wording;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Records the questions that are stored or removed and the answers that are revoked; returns none. */
final class RecordingQuestionStore implements QuestionStore {
    record Kept(
            QuestionPartition partition,
            ConversationKey conversation,
            AnsweredQuestion question,
            String text,
            Duration remaining) {}

    final List<Kept> kept = new ArrayList<>();
    final List<String> revoked = new ArrayList<>();
    final List<AnswerKey> removed = new ArrayList<>();

    @Override
    public void put(
            QuestionPartition partition,
            ConversationKey conversation,
            AnsweredQuestion question,
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

    @Override
    public Candidates candidates(Wording wording, Set<AnswerKey> answers) {
        return Candidates.NONE;
    }

    @Override
    public Optional<AnsweredQuestion> permitted(Wording wording) {
        return Optional.empty();
    }

    @Override
    public void permit(Wording wording, Set<ConversationKey> conversations, AnsweredQuestion source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void veto(Wording wording, Fingerprint answer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reused(GenerationId generation, Wording wording, Fingerprint answer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(AnswerKey answer) {
        removed.add(answer);
    }

    @Override
    public boolean revoke(TenantId tenant, GenerationId generation) {
        revoked.add(tenant.value() + " " + generation.value());
        return true;
    }
}
