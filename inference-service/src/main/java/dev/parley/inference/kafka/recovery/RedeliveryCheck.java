package dev.parley.inference.kafka.recovery;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.eventlog.OffsetLookup;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.inference.generation.recovery.RecoveryDecision;
import dev.parley.inference.generation.recovery.RecoveryMemory;
import dev.parley.inference.kafka.recovery.RecoveryCandidate.Horizon;
import dev.parley.inference.kafka.requests.GenerationExecutor;
import dev.parley.inference.kafka.requests.InFlightRequest;
import dev.parley.messages.MalformedStreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what to do with requests that another replica may have started, from the records of their generations on {@code
 * chat.deltas}. One thread. Silence is measured by the timestamps of the records, so the clocks of the replicas must agree within
 * a second.
 *
 * <p>It reads committed records, because a turn is recorded only if its transaction is committed. Committed records may lag
 * behind the end of the log. So before it decides, it reads up to a horizon: the end of the log at a known time. What was
 * written after that time is read by {@link TakeoverClaim}.
 *
 * <p>Before it takes the silence of an owner that may be alive for its end, it makes sure that the partition could be written
 * meanwhile.
 */
public final class RedeliveryCheck implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RedeliveryCheck.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration OFFSETS_TIMEOUT = Duration.ofSeconds(1);

    /**
     * While candidates wait for places, more are added when a quarter of the room is free: the partition is read again from their
     * beginnings, and nothing is decided meanwhile.
     */
    private static final int REFILL_DIVISOR = 4;

    /**
     * Candidates per place that may wait for partitions that do not respond or cannot be written, in addition to the others. They
     * take some KB each, and their requests a part of the heap that has a bound of its own.
     */
    private static final int STUCK_PER_PLACE_MAX = 10;

    private final Supplier<Consumer<String, byte[]>> committedConsumers;
    private final Supplier<Consumer<String, byte[]>> endOffsetConsumers;
    private final TurnLookup turns;
    private final WriteProbes probes;
    private final GenerationExecutor executor;
    private final RecoveryExecutor recoveries;
    private final GenerationSettings settings;
    private final Duration beginAfter;
    private final RecoveryMemory memory;
    private final Clock clock;

    private final OffsetLookup offsets = new OffsetLookup(OFFSETS_TIMEOUT);

    /** Candidates whose logs are to be read from their beginnings, once the partitions of these respond. */
    private final List<RecoveryCandidate> arrived = new ArrayList<>();

    /** By generation, in the order of their arrival, in which they get places. */
    private final Map<String, RecoveryCandidate> candidates = new LinkedHashMap<>();

    private final PartitionProgress progress = new PartitionProgress();

    /** How many candidates wait for their partitions. */
    private int stuckCandidates;

    /** The candidates for which the executor had no place or no claim. */
    private final Set<GenerationId> waiting = new HashSet<>();

    /**
     * @param beginAfter the least age of a request without a record on the log before it is started
     * @param memory for the answers that are taken over; those for which there is no room wait
     */
    public RedeliveryCheck(
            Supplier<Consumer<String, byte[]>> committedConsumers,
            Supplier<Consumer<String, byte[]>> endOffsetConsumers,
            TurnLookup turns,
            WriteProbes probes,
            GenerationExecutor executor,
            RecoveryExecutor recoveries,
            GenerationSettings settings,
            Duration beginAfter,
            RecoveryMemory memory,
            Clock clock) {
        this.committedConsumers = committedConsumers;
        this.endOffsetConsumers = endOffsetConsumers;
        this.turns = turns;
        this.probes = probes;
        this.executor = executor;
        this.recoveries = recoveries;
        this.settings = settings;
        this.beginAfter = beginAfter;
        this.memory = memory;
        this.clock = clock;
    }

    /** Runs until the thread is interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                checkUntilFailure();
                Thread.sleep(RETRY_PAUSE);
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkUntilFailure() throws InterruptedException {
        try (Consumer<String, byte[]> committed = committedConsumers.get();
                Consumer<String, byte[]> endOffsets = endOffsetConsumers.get()) {
            checkUntilInterrupted(committed, endOffsets);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.error("Reading the log failed and starts again", e);
            candidates.values().forEach(candidate -> {
                candidate.log().release();
                arrived.add(candidate.again(emptyLog()));
            });
            candidates.clear();
            waiting.clear();
            executor.places().reserve(0);
        }
    }

    private void checkUntilInterrupted(Consumer<String, byte[]> committed, Consumer<String, byte[]> endOffsets)
            throws InterruptedException {
        try {
            while (true) {
                check(committed, endOffsets);
            }
        } catch (InterruptException e) {
            // It has set the interrupt status of the thread, with which closing the consumers fails.
            var _ = Thread.interrupted();
            throw e;
        }
    }

    private void check(Consumer<String, byte[]> committed, Consumer<String, byte[]> endOffsets)
            throws InterruptedException {
        BlockingQueue<InFlightRequest> redelivered = executor.redelivered();
        if (candidates.isEmpty() && arrived.isEmpty()) {
            arrived.add(candidate(redelivered.take()));
        }
        int room = settings.generationsMax()
                + Math.min(stuckCandidates, STUCK_PER_PLACE_MAX * settings.generationsMax())
                - candidates.size()
                - arrived.size();
        if (room >= settings.generationsMax() / REFILL_DIVISOR || waiting.isEmpty()) {
            List<InFlightRequest> more = new ArrayList<>();
            redelivered.drainTo(more, Math.max(0, room));
            more.forEach(request -> arrived.add(candidate(request)));
        }
        if (!arrived.isEmpty()) {
            addArrived(committed);
        }
        if (candidates.isEmpty()) {
            // Those that arrived wait for their partitions, and a consumer without any cannot be polled.
            Thread.sleep(POLL);
        } else {
            committed.poll(POLL).forEach(this::read);
        }
        decide(committed, endOffsets);
    }

    private GenerationLog emptyLog() {
        return new GenerationLog(settings.frameBytesMax(), memory);
    }

    private RecoveryCandidate candidate(InFlightRequest request) {
        return new RecoveryCandidate(request, emptyLog(), clock.instant());
    }

    /**
     * Seeks back to the earliest first record of the arrived ones. A generation's log ignores what it has read before. Skips what was
     * written while no candidate read the partition, which may be hours of records.
     */
    private void addArrived(Consumer<String, byte[]> consumer) {
        Set<RecoveryCandidate> lost =
                arrived.stream().filter(RecoveryCandidate::isLost).collect(Collectors.toSet());
        arrived.removeAll(lost);
        lost.forEach(this::leave);
        Map<TopicPartition, Long> positions = positions(consumer);
        Set<TopicPartition> wanted = partitions(arrived);
        // Of one that is read now, the position has to be known.
        partitions(candidates.values()).stream()
                .filter(partition -> !positions.containsKey(partition))
                .forEach(wanted::remove);
        Map<TopicPartition, Long> beginnings = offsets.find(wanted, consumer::beginningOffsets);
        Map<TopicPartition, Long> earliest = new HashMap<>();
        arrived.removeIf(candidate -> {
            Long beginning = beginnings.get(candidate.deltas());
            if (beginning == null) {
                return false;
            }
            boolean expired = candidate.firstOffset() < beginning;
            candidates.put(candidate.request().generation().value(), expired ? candidate.unreadable() : candidate);
            earliest.merge(candidate.deltas(), Math.max(candidate.firstOffset(), beginning), Math::min);
            return true;
        });
        if (!earliest.isEmpty()) {
            consumer.assign(partitions(candidates.values()));
            earliest.forEach((partition, from) ->
                    consumer.seek(partition, Math.min(from, positions.getOrDefault(partition, from))));
        }
    }

    private static Set<TopicPartition> partitions(Collection<RecoveryCandidate> candidates) {
        return candidates.stream().map(RecoveryCandidate::deltas).collect(Collectors.toSet());
    }

    /** The positions in the partitions of the candidates, without those that are unknown until a partition has a leader. */
    private Map<TopicPartition, Long> positions(Consumer<String, byte[]> consumer) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition partition : partitions(candidates.values())) {
            try {
                positions.put(partition, consumer.position(partition, Duration.ZERO));
            } catch (TimeoutException e) {
                LOG.debug("The position is unknown: {}", e.getMessage());
            }
        }
        return positions;
    }

    private void read(ConsumerRecord<String, byte[]> delta) {
        RecoveryCandidate candidate = candidates.get(delta.key());
        if (candidate == null) {
            return;
        }
        try {
            candidate.log().addWithinMemory(DeltaCodec.decode(delta), Instant.ofEpochMilli(delta.timestamp()));
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed delta at {}-{}: {}", delta.partition(), delta.offset(), e.reason());
        } catch (MalformedStreamException e) {
            LOG.warn("The delta at {}-{} cannot be read: {}", delta.partition(), delta.offset(), e.getMessage());
            candidates.put(delta.key(), candidate.unreadable());
        }
    }

    /** Decides by horizons in the past, because the end of the log moves while other generations write. */
    private void decide(Consumer<String, byte[]> committed, Consumer<String, byte[]> endOffsets) {
        setHorizons(endOffsets);
        proveWritable();
        Set<TopicPartition> partitions = partitions(candidates.values());
        partitions.addAll(partitions(arrived));
        progress.update(partitions, positions(committed), clock.instant());
        dropEventsOfStalled();
        stuckCandidates = arrived.size()
                + Math.toIntExact(
                        candidates.values().stream().filter(this::isStuck).count());
        for (RecoveryCandidate candidate : List.copyOf(candidates.values())) {
            if (carryOutDecision(candidate, progress.position(candidate.deltas()), endOffsets)) {
                candidates.remove(candidate.request().generation().value());
            }
        }
        executor.places().reserve(waiting.size());
        progress.warnOfUnread(candidates.values(), clock.instant());
        candidates.replaceAll((_, candidate) -> {
            if (!candidate.isRead(progress.position(candidate.deltas()))) {
                return candidate;
            }
            Instant now = clock.instant();
            progress.readToEnd(candidate.deltas(), now);
            // What follows may end at a transaction that hangs.
            boolean waits = waiting.contains(candidate.request().generation()) && !candidate.isStale(now);
            return waits ? candidate.inTime() : candidate.next(now);
        });
    }

    private void proveWritable() {
        Instant now = clock.instant();
        candidates.replaceAll((_, candidate) -> {
            if (!candidate.needsProof(now, settings.silenceLimit())) {
                return candidate;
            }
            RecoveryCandidate latest = probes.lastWritten(candidate.deltas())
                    .map(candidate::written)
                    .orElse(candidate);
            if (latest.needsProof(now, settings.silenceLimit())) {
                probes.send(latest);
            }
            return latest;
        });
    }

    private void setHorizons(Consumer<String, byte[]> endOffsets) {
        Set<TopicPartition> wanted = candidates.values().stream()
                .filter(candidate -> candidate.horizon().isEmpty())
                .map(RecoveryCandidate::deltas)
                .collect(Collectors.toSet());
        if (!wanted.isEmpty()) {
            Instant now = clock.instant();
            Map<TopicPartition, Long> ends = offsets.find(wanted, endOffsets::endOffsets);
            candidates.replaceAll((_, candidate) -> candidate.with(candidate
                    .horizon()
                    .or(() -> Optional.ofNullable(ends.get(candidate.deltas())).map(end -> new Horizon(end, now)))));
        }
    }

    /** Frees the memory of answers that cannot be decided because their partitions stand still: others wait for it. */
    private void dropEventsOfStalled() {
        Instant now = clock.instant();
        Stream.concat(candidates.values().stream(), arrived.stream())
                .filter(candidate -> progress.isStalledFor(candidate, now))
                .forEach(candidate -> candidate.log().evict());
    }

    /** Whether its partition does not answer, stands still or cannot be written. */
    private boolean isStuck(RecoveryCandidate candidate) {
        return candidate.horizon().isEmpty()
                || progress.isUnknown(candidate.deltas())
                || progress.isUnread(candidate, clock.instant())
                || recoveries.isUnwritable(candidate.deltas())
                || probes.isUnwritable(candidate.deltas());
    }

    private Instant oldest() {
        return clock.instant().minus(settings.retries().lifetimeMax()).minus(TurnLookup.CLOCK_SKEW_MAX);
    }

    private boolean isTooYoung(InFlightRequest request) {
        return request.requested().publishedAt().plus(beginAfter).isAfter(clock.instant());
    }

    /** One that is given up is ended like one whose log is incomplete. */
    private RecoveryDecision decide(RecoveryCandidate candidate, long position) {
        RecoveryDecision decision = candidate.decide(position, settings.silenceLimit(), oldest());
        boolean isCarriedOn = decision.needsClaim() || decision == RecoveryDecision.RECORD;
        return isCarriedOn && recoveries.shouldGiveUp(candidate.request(), candidate.log())
                ? RecoveryDecision.GIVE_UP
                : decision;
    }

    /** Decides about a candidate and carries the decision out; false if it remains a candidate. */
    private boolean carryOutDecision(RecoveryCandidate candidate, long position, Consumer<String, byte[]> endOffsets) {
        InFlightRequest request = candidate.request();
        if (candidate.isLost()) {
            leave(candidate);
            return true;
        }
        RecoveryDecision decision = decide(candidate, position);
        boolean needsProof = candidate.needsProof(clock.instant(), settings.silenceLimit());
        if (recoveries.isUnwritable(decision, candidate.deltas())
                || (needsProof && probes.isUnwritable(candidate.deltas()))) {
            // Others can use its place and its memory.
            candidate.log().evict();
            waiting.remove(request.generation());
            return false;
        }
        if (candidate.log().isEvicted() && decision != RecoveryDecision.WAIT && decision != RecoveryDecision.DONE) {
            return readAgain(candidate);
        }
        switch (decision) {
            case WAIT -> {
                if (candidate.isRead(position) || isStuck(candidate)) {
                    // Its owner is alive, or only its partition can tell.
                    waiting.remove(request.generation());
                }
                return false;
            }
            case DONE -> finish(candidate);
            case RECORD -> recoveries.record(request, candidate.log());
            case START, TAKE_OVER -> {
                if (candidate.isLate(clock.instant()) || (decision == RecoveryDecision.START && isTooYoung(request))) {
                    return false;
                }
                if (executor.places().areAllTaken() || !recoveries.takeOver(request, candidate.log(), position)) {
                    waiting.add(request.generation());
                    return false;
                }
            }
            case GIVE_UP, EXPIRED -> {
                // It needs no place any more.
                waiting.remove(request.generation());
                if (!giveUp(candidate, endOffsets)) {
                    return false;
                }
            }
        }
        waiting.remove(request.generation());
        LOG.info("Recovery of {}: {}", request.generation(), decision);
        return true;
    }

    /** Ends a generation with an error unless it has a turn; false if that is unknown, or no further one can be ended now. */
    private boolean giveUp(RecoveryCandidate candidate, Consumer<String, byte[]> endOffsets) {
        InFlightRequest request = candidate.request();
        if (!recoveries.canGiveUp(request)) {
            // Else each check would look its turn up again.
            return false;
        }
        // A complete log would have the marker of the turn.
        Optional<Boolean> recorded =
                candidate.incomplete() ? turns.contain(request.requested(), endOffsets) : Optional.of(false);
        if (recorded.orElse(false)) {
            finish(candidate);
            return true;
        }
        return recorded.isPresent() && recoveries.giveUp(request, candidate.log(), candidate.incomplete());
    }

    /** Leaves a generation to the new owner of its partition. If that is this replica again, the generation is checked anew. */
    private void leave(RecoveryCandidate candidate) {
        GenerationId generation = candidate.request().generation();
        candidate.log().release();
        waiting.remove(generation);
        executor.stillOwned(generation).ifPresent(request -> arrived.add(candidate(request)));
        LOG.info("{} is left to the new owner of its partition", generation);
    }

    private void finish(RecoveryCandidate candidate) {
        candidate.log().release();
        executor.finish(candidate.request());
    }

    /** Reads a log again whose events exceeded the memory; false while there is no room for them. */
    private boolean readAgain(RecoveryCandidate candidate) {
        Optional<GenerationLog> again = candidate.log().again();
        again.ifPresent(log -> arrived.add(candidate.again(log)));
        return again.isPresent();
    }
}
