package dev.parley.inference.similar;

import dev.parley.answercache.AuditCounts;
import dev.parley.answercache.AuditStore;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.contracts.BoundedMap;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.inference.limits.FairPool;
import dev.parley.similar.Share;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a share of the reused answers judged in the background. An answer counts as wrong after two verdicts against it; it is then
 * vetoed for the wording. A partition in which too much is wrong gets no answers to similar questions until its counts expire. The
 * counts are shared by all replicas; each reads those of a partition at most every ten seconds.
 */
final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final Duration KNOWN_FOR = Duration.ofSeconds(10);
    private static final int PARTITIONS_MAX = 10_000;

    private record Known(boolean permitted, Instant until) {}

    private final Judge judge;
    private final QuestionStore questions;
    private final AuditStore store;
    private final AuditSettings settings;
    private final AuditMeter meter;
    private final Clock clock;
    private final FairPool<TenantId> places;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("audit-", 0).factory());

    /** The least recently used first. Guarded by itself. */
    private final Map<QuestionPartition, Known> partitions = BoundedMap.ofLastUsed(PARTITIONS_MAX);

    Audit(
            Judge judge,
            QuestionStore questions,
            AuditStore store,
            AuditSettings settings,
            AuditMeter meter,
            Clock clock) {
        this.judge = judge;
        this.questions = questions;
        this.store = store;
        this.settings = settings;
        this.meter = meter;
        this.clock = clock;
        this.places = new FairPool<>(settings.runningMax());
    }

    /** Whether answers may be reused in a partition. Blocks if that is not known, and fails if the store does not respond. */
    boolean permits(QuestionPartition partition) {
        Instant now = clock.instant();
        synchronized (partitions) {
            Known known = partitions.get(partition);
            if (known != null && now.isBefore(known.until())) {
                return known.permitted();
            }
        }
        return learned(partition, store.counts(partition));
    }

    private boolean learned(QuestionPartition partition, AuditCounts counts) {
        boolean permitted = counts.audited() < settings.auditedMin()
                || Share.of(counts.wrong(), counts.audited()).low() <= settings.wrongShareMax();
        meter.read(partition, counts, permitted);
        synchronized (partitions) {
            partitions.put(partition, new Known(permitted, clock.instant().plus(KNOWN_FOR)));
        }
        return permitted;
    }

    /** Audits a reused answer, or not, without blocking. {@code reused} reads what the judge is asked, if that is still stored. */
    void reused(TenantId tenant, GenerationId generation, Supplier<Optional<JudgeCase>> reused) {
        if (!isSampled(generation, settings.share())) {
            return;
        }
        if (!places.tryAcquire(tenant, 1)) {
            meter.skipped();
            return;
        }
        threads.execute(() -> {
            try {
                reused.get().ifPresent(this::audit);
            } catch (CacheUnavailableException e) {
                LOG.warn("An answer is not audited: {}", e.toString());
            } catch (RuntimeException e) {
                LOG.error("An audit failed unexpectedly", e);
            } finally {
                places.release(tenant, 1);
            }
        });
    }

    static boolean isSampled(GenerationId generation, double share) {
        // The id ends in random digits or is signed, so its hash is evenly distributed.
        return Math.floorMod(generation.value().hashCode(), 10_000) < share * 10_000;
    }

    private void audit(JudgeCase reused) {
        JudgeVerdict first = judge.verdict(reused);
        JudgeVerdict last = first == JudgeVerdict.NO ? judge.verdict(reused) : first;
        switch (last) {
            case YES -> count(reused, false);
            case NO -> {
                questions.veto(reused.wording(), reused.source().answer());
                count(reused, true);
            }
            case UNCLEAR, LATE, FAILED, CROWDED, UNSUITABLE -> meter.skipped();
        }
    }

    private void count(JudgeCase reused, boolean wrong) {
        QuestionPartition partition = reused.wording().partition();
        AuditCounts counts = store.count(partition, wrong);
        meter.audited(wrong);
        if (wrong) {
            LOG.warn(
                    "Audit: the answer of {} does not serve {}; {} of {} are wrong in the partition {}",
                    reused.source().generation(),
                    reused.generation(),
                    counts.wrong(),
                    counts.audited(),
                    AuditMeter.name(partition));
        }
        if (!learned(partition, counts) && wrong) {
            LOG.error("Audit: similar questions are off for the partition {}", AuditMeter.name(partition));
        }
    }
}
