package dev.parley.inference.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.answercache.lookup.LookupSettings;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.similar.QuestionVector;
import dev.parley.similar.VectorIndex.Near;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionPartitionsTest {
    private static final Fingerprint SAME = new Fingerprint("0".repeat(64));
    private static final LookupSettings LOOKUP = new LookupSettings(
            Duration.ofMillis(1), 1, Duration.ofMillis(1), 1, new BreakerSettings(1, 1, 1, Duration.ofMillis(1), 1));
    private static final SimilarSettings SETTINGS = new SimilarSettings(
            LOOKUP, new JudgeSettings("", LOOKUP), new AuditSettings(0, 1, 1, 1, Duration.ofDays(1)), 3, 7, List.of());

    private final QuestionsInMemory store = new QuestionsInMemory();
    private int answers = 1;
    private final QuestionPartitions partitions = new QuestionPartitions(store, SETTINGS);

    @Test
    void readsWhatIsNew() {
        put("a", 1);
        assertThat(near("a")).hasSize(1);
        put("a", 1);
        assertThat(near("a")).hasSize(2);
    }

    @Test
    void separatesTwentyTenants() {
        IntStream.range(0, 20).forEach(i -> put("t" + i, 1));
        IntStream.range(0, 20).forEach(i -> assertThat(near("t" + i)).hasSize(1));
        assertThat(near("t20")).isEmpty();
    }

    @Test
    void dropsTheLeastRecentlyUsedPartitionsBeyondTheBound() {
        put("a", 9);
        assertThat(near("a")).hasSize(3);
        put("b", 2);
        near("b");
        near("a");
        put("c", 1);
        near("c");
        assertThat(partitions.size()).as("4 questions of 2 partitions").isEqualTo(6);
        assertThat(near("b")).hasSize(2);
    }

    /** As each turn of a conversation has one. */
    @Test
    void keepsNoEmptyPartition() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(near("t" + i)).isEmpty();
        }
        assertThat(partitions.size()).isZero();
    }

    @Test
    void boundsThePartitionsOfSingleQuestions() {
        for (int i = 0; i < 1_000; i++) {
            put("t" + i, 1);
            assertThat(near("t" + i)).hasSize(1);
            assertThat(partitions.size()).isLessThanOrEqualTo(7);
        }
    }

    @Test
    void dropsTheOldestQuestionOfAPartitionButNotTheOneOfUse() {
        AnsweredQuestion used = put("a", new Fingerprint("%064x".formatted(answers++)));
        put("a", 2);
        near("a");
        partitions.used(partition("a"), used);
        put("a", 1);
        assertThat(near("a")).extracting(Near::entry).hasSize(3).contains(used);
        partitions.used(partition("none"), used);
        assertThat(partitions.size()).isEqualTo(4);
    }

    @Test
    void dropsAQuestionThatIsGone() {
        AnsweredQuestion gone = put("a", SAME);
        put("a", 1);
        near("a");
        partitions.remove(partition("a"), gone);
        partitions.remove(partition("a"), gone);
        partitions.remove(partition("none"), gone);
        assertThat(near("a")).hasSize(1);
        assertThat(partitions.size()).isEqualTo(2);
    }

    @Test
    void replacesAQuestionWhoseAnswerIsStoredAnew() {
        put("a", SAME);
        near("a");
        AnsweredQuestion anew = put("a", SAME);
        assertThat(near("a")).extracting(Near::entry).containsExactly(anew);
    }

    /** As when another thread looks into the same partition. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void oneThreadReadsWhatIsNew(int before) {
        put("a", before);
        near("a");
        put("a", 1);
        store.meanwhile(() -> {
            put("a", 1);
            assertThat(near("a")).as("those that are known").hasSize(before);
        });
        assertThat(near("a")).hasSize(before + 1);
        assertThat(near("a")).hasSize(before + 2);
        assertThat(partitions.size()).isEqualTo(before + 3);
    }

    @Test
    void readsAgainAfterAFailure() {
        put("a", 1);
        store.meanwhile(() -> {
            throw new CacheUnavailableException(new IllegalStateException("down"));
        });
        assertThatThrownBy(() -> near("a")).isInstanceOf(CacheUnavailableException.class);
        assertThat(near("a")).hasSize(1);
    }

    @Test
    void keepsTheQuestionThatHasTakenThePlaceOfOneThatIsGone() {
        AnsweredQuestion gone = put("a", SAME);
        near("a");
        put("a", SAME);
        near("a");
        partitions.remove(partition("a"), gone);
        assertThat(near("a")).hasSize(1);
        assertThat(partitions.size()).isEqualTo(2);
    }

    private List<Near<AnsweredQuestion>> near(String tenant) {
        return partitions.nearest(
                partitions.refreshed(partition(tenant)), new QuestionVector(new byte[] {1, 2}), 99, 0);
    }

    private void put(String tenant, int count) {
        for (int i = 0; i < count; i++) {
            put(tenant, new Fingerprint("%064x".formatted(answers++)));
        }
    }

    private AnsweredQuestion put(String tenant, Fingerprint answer) {
        AnsweredQuestion question = new AnsweredQuestion(answer, GenerationId.unsigned(Clock.systemUTC(), 0));
        store.put(
                partition(tenant),
                new ConversationKey(new TenantId(tenant), ConversationId.next(Clock.systemUTC())),
                question,
                "text",
                new byte[] {1, 2},
                Duration.ofHours(1));
        return question;
    }

    private static QuestionPartition partition(String tenant) {
        return new QuestionPartition(new TenantId(tenant), SAME, "model");
    }
}
