package dev.parley.inference.similar;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A question store in memory; nothing expires. */
final class QuestionsInMemory implements QuestionStore {
    private final Map<QuestionPartition, List<Entry>> partitions = new HashMap<>();
    private final Map<AnswerKey, String> texts = new HashMap<>();
    private final Map<Wording, AnsweredQuestion> permitted = new HashMap<>();
    private final Map<Wording, Set<AnswerKey>> vetoed = new HashMap<>();
    private final Map<GenerationId, Wording> reused = new HashMap<>();
    private Runnable meanwhile = () -> {};

    @Override
    public void put(
            QuestionPartition partition,
            ConversationKey conversation,
            AnsweredQuestion question,
            String text,
            byte[] vector,
            Duration remaining) {
        List<Entry> entries = partitions.computeIfAbsent(partition, _ -> new ArrayList<>());
        entries.add(new Entry(Integer.toString(entries.size() + 1), question, vector));
        texts.put(new AnswerKey(partition.tenant(), question.answer()), text);
    }

    @Override
    public List<Entry> after(QuestionPartition partition, String position) {
        List<Entry> entries = partitions.getOrDefault(partition, List.of());
        List<Entry> later =
                List.copyOf(entries.subList(position.isEmpty() ? 0 : Integer.parseInt(position), entries.size()));
        Runnable once = meanwhile;
        meanwhile = () -> {};
        once.run();
        return later;
    }

    @Override
    public Optional<String> text(AnswerKey answer) {
        return Optional.ofNullable(texts.get(answer));
    }

    @Override
    public synchronized Candidates candidates(Wording wording, Set<AnswerKey> answers) {
        Map<AnswerKey, String> found = new HashMap<>(texts);
        found.keySet().retainAll(answers);
        return new Candidates(found, vetoed.getOrDefault(wording, Set.of()));
    }

    @Override
    public synchronized Optional<AnsweredQuestion> permitted(Wording wording) {
        return Optional.ofNullable(permitted.get(wording)).filter(source -> {
            AnswerKey answer = wording.answer(source.answer());
            return candidates(wording, Set.of(answer)).serves(answer);
        });
    }

    @Override
    public synchronized void permit(Wording wording, Set<ConversationKey> conversations, AnsweredQuestion source) {
        permitted.put(wording, source);
    }

    @Override
    public synchronized void veto(Wording wording, Fingerprint answer) {
        vetoed.computeIfAbsent(wording, _ -> new HashSet<>()).add(wording.answer(answer));
    }

    @Override
    public void reused(GenerationId generation, Wording wording, Fingerprint answer) {
        reused.put(generation, wording);
    }

    @Override
    public boolean revoke(TenantId tenant, GenerationId generation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(AnswerKey answer) {
        throw new UnsupportedOperationException();
    }

    /** What happens once, after questions were read and before the reader has them. */
    void meanwhile(Runnable happens) {
        meanwhile = happens;
    }

    /** As when a text expires, or its conversation is deleted: its vector remains. */
    void forget(AnswerKey answer) {
        texts.remove(answer);
    }

    /** The wordings of the generations that reused an answer. */
    Map<GenerationId, Wording> reused() {
        return reused;
    }
}
