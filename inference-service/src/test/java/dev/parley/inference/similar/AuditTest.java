package dev.parley.inference.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.AuditCounts;
import dev.parley.answercache.AuditStore;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.Wording;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditTest {
    private static final QuestionPartition PARTITION = JudgeExamples.PARTITION;
    private static final AnswerKey ANSWER = new AnswerKey(PARTITION.tenant(), JudgeExamples.SOURCE.answer());
    private static final Duration MEMORY = Duration.ofDays(1);

    private final QuestionsInMemory questions = new QuestionsInMemory();
    private final AuditsInMemory audits = new AuditsInMemory();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Clock clock = ((InstantSource) () -> this.now).withZone(ZoneOffset.UTC);
    private volatile Instant now = Instant.EPOCH;

    private Set<AnswerKey> vetoed(Wording wording) {
        return questions.candidates(wording, Set.of(ANSWER)).vetoed();
    }

    @Test
    void leavesARightAnswer() {
        Audit audit = audit("yes", 1, 1);
        reuse(audit, 0);

        await().until(() -> audits.counts(PARTITION).equals(new AuditCounts(1, 0)));
        assertThat(audit.permits(PARTITION)).isTrue();
        assertThat(vetoed(wording(0))).isEmpty();
        assertThat(count("right")).isEqualTo(1);
    }

    @Test
    void vetoesAWrongAnswerAndTurnsThePartitionOff() {
        Audit audit = audit("no", 1, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(audit.permits(PARTITION)).isTrue();
            reuse(audit, i);
            AuditCounts counts = new AuditCounts(i + 1, i + 1);
            await().until(() -> audits.counts(PARTITION).equals(counts));
        }
        await().until(() -> !audit.permits(PARTITION));

        assertThat(vetoed(wording(1))).containsExactly(ANSWER);
        assertThat(audit("yes", 1, 3).permits(PARTITION)).as("after a restart").isFalse();
        assertThat(audit.permits(new QuestionPartition(new TenantId("globex"), PARTITION.same(), PARTITION.model())))
                .isTrue();
        assertThat(registry.get("parley.similar.audit.wrong.share")
                        .tag("partition", "acme/111111111111")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("parley.similar.audit.wrong.share.low").gauge().value())
                .isBetween(0.3, 0.5);
    }

    @Test
    void asksTwiceBeforeAnAnswerIsWrong() {
        JudgeExamples.Replies replies = new JudgeExamples.Replies("no", "yes");
        Audit audit = audit(replies, 1, 1);
        reuse(audit, 0);

        await().until(() -> audits.counts(PARTITION).equals(new AuditCounts(1, 0)));
        assertThat(replies.calls()).isEqualTo(2);
        assertThat(vetoed(wording(0))).isEmpty();
    }

    @Test
    void countsNoUnclearVerdict() {
        Audit audit = audit("perhaps", 1, 1);
        reuse(audit, 0);

        await().until(() -> count("skipped") == 1);
        assertThat(audits.counts(PARTITION)).isEqualTo(AuditCounts.NONE);
    }

    @Test
    void samplesAShareOfTheAnswers() {
        long taken = IntStream.range(0, 20_000)
                .filter(_ -> Audit.isSampled(GenerationId.unsigned(Clock.systemUTC(), 0), 0.05))
                .count();
        assertThat(taken).isBetween(800L, 1_200L);
        assertThat(Audit.isSampled(JudgeExamples.GENERATION, 0)).isFalse();
        assertThat(Audit.isSampled(JudgeExamples.GENERATION, 1)).isTrue();
    }

    @Test
    void publishesABoundedNumberOfPartitions() {
        AuditMeter meter = new AuditMeter(registry, MEMORY, clock);
        for (int i = 0; i < 200; i++) {
            meter.audited(false);
            meter.read(partition(i), new AuditCounts(1, 0), true);
        }
        assertThat(registry.find("parley.similar.audit.wrong.share").gauges()).hasSize(50);
        assertThat(count("right")).isEqualTo(200);
    }

    /** The alert ends with them, and not with a replica. */
    @Test
    void showsTheSharedCountsFromALookUpOnUntilTheyAreForgotten() {
        Audit audit = audit("yes", 0, 20);
        audits.counts.put(PARTITION, new AuditCounts(20, 20));
        assertThat(audit.permits(PARTITION)).isFalse();
        assertThat(low()).singleElement().satisfies(low -> assertThat(low).isGreaterThan(0.8));

        audits.counts.clear();
        now = now.plusSeconds(10);
        assertThat(audit.permits(PARTITION)).isTrue();
        assertThat(low()).isEmpty();
    }

    /** They are forgotten by then, and a replica may not be asked again. */
    @Test
    void showsNoCountsThatWereNotReadForTheirMemory() {
        audits.counts.put(PARTITION, new AuditCounts(20, 20));
        audit("yes", 0, 20).permits(PARTITION);
        now = now.plus(MEMORY).minusMillis(1);
        assertThat(low()).doesNotContain(Double.NaN).hasSize(1);
        now = now.plusMillis(1);
        assertThat(low()).containsOnly(Double.NaN);
    }

    @Test
    void showsThePartitionsThatAreOffBeforeOthers() {
        Audit audit = audit("yes", 0, 20);
        for (int i = 0; i < 100; i++) {
            audits.counts.put(partition(i), new AuditCounts(20, i < 60 ? 0 : 20));
            assertThat(audit.permits(partition(i))).isEqualTo(i < 60);
        }
        assertThat(low()).hasSize(50).filteredOn(low -> low > 0.8).hasSize(40);

        audits.counts.put(partition(100), new AuditCounts(20, 0));
        assertThat(audit.permits(partition(100))).isTrue();
        assertThat(low()).hasSize(50).filteredOn(low -> low > 0.8).hasSize(40);
    }

    private List<Double> low() {
        return registry.find("parley.similar.audit.wrong.share.low").gauges().stream()
                .map(Gauge::value)
                .toList();
    }

    private static QuestionPartition partition(int number) {
        return new QuestionPartition(new TenantId("t" + number), PARTITION.same(), PARTITION.model());
    }

    private double count(String outcome) {
        return registry.get("parley.similar.audits")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static Wording wording(int number) {
        return Wording.of(PARTITION, "wording " + number);
    }

    private static void reuse(Audit audit, int number) {
        audit.reused(
                PARTITION.tenant(),
                GenerationId.unsigned(Clock.systemUTC(), 0),
                () -> Optional.of(JudgeExamples.asking("How can I return a parcel?", wording(number))));
    }

    private Audit audit(String reply, double share, int auditedMin) {
        return audit(new JudgeExamples.Replies(reply), share, auditedMin);
    }

    private Audit audit(JudgeExamples.Replies replies, double share, int auditedMin) {
        return new Audit(
                JudgeExamples.judge(replies, Duration.ofSeconds(30), questions, registry),
                questions,
                audits,
                new AuditSettings(share, 4, 0.01, auditedMin, MEMORY),
                new AuditMeter(registry, MEMORY, clock),
                clock);
    }

    private static final class AuditsInMemory implements AuditStore {
        private final Map<QuestionPartition, AuditCounts> counts = new ConcurrentHashMap<>();

        @Override
        public AuditCounts count(QuestionPartition partition, boolean wrong) {
            return counts.merge(
                    partition,
                    new AuditCounts(1, wrong ? 1 : 0),
                    (before, one) -> new AuditCounts(before.audited() + 1, before.wrong() + one.wrong()));
        }

        @Override
        public AuditCounts counts(QuestionPartition partition) {
            return counts.getOrDefault(partition, AuditCounts.NONE);
        }
    }
}
