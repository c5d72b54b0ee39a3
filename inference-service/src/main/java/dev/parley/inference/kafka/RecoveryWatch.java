package dev.parley.inference.kafka;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.generation.Judgement;
import dev.parley.inference.generation.Slice;
import dev.parley.inference.kafka.Suspect.Horizon;
import dev.parley.messages.MalformedStreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of requests that somebody may have worked on, by reading what the log says of them: the log is
 * the lease. One thread; silence is measured by the records' time stamps, so replicas' clocks must agree within a
 * second.
 *
 * <p>It reads committed records, because a turn is recorded only if its transaction is. Those may lag behind: before it
 * acts, it makes sure that it has read everything that any reader could see at a moment, and judges by that moment. What
 * came later is seen by {@link Claim}.
 */
public final class RecoveryWatch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryWatch.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BACK_OFF = Duration.ofSeconds(1);

    private final Supplier<Consumer<String, byte[]>> slices;
    private final Supplier<Consumer<String, byte[]>> ends;
    private final RecordedTurns recorded;
    private final GenerationDesk desk;
    private final GenerationSettings settings;
    private final Duration beginAfter;
    private final Clock clock;

    /** Requests that are not being watched yet. */
    private final List<RequestInHand> arrived = new ArrayList<>();

    private final Map<String, Suspect> suspects = new HashMap<>();

    /**
     * Makes it.
     *
     * @param beginAfter how old a request of which the log shows nothing must be before it is begun
     */
    public RecoveryWatch(
            KafkaClients clients, GenerationDesk desk, GenerationSettings settings, Duration beginAfter, Clock clock) {
        this(clients::sliceConsumer, clients::endConsumer, desk, settings, beginAfter, clock);
    }

    /**
     * Makes it.
     *
     * @param slices make consumers that read only what is committed
     * @param ends make consumers that tell where partitions end, committed or not
     */
    RecoveryWatch(
            Supplier<Consumer<String, byte[]>> slices,
            Supplier<Consumer<String, byte[]>> ends,
            GenerationDesk desk,
            GenerationSettings settings,
            Duration beginAfter,
            Clock clock) {
        this.slices = slices;
        this.ends = ends;
        this.recorded = new RecordedTurns(slices);
        this.desk = desk;
        this.settings = settings;
        this.beginAfter = beginAfter;
        this.clock = clock;
    }

    /** Until interrupted. */
    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Consumer<String, byte[]> committed = slices.get();
                    Consumer<String, byte[]> uncommitted = ends.get()) {
                while (true) {
                    watch(committed, uncommitted);
                }
            } catch (InterruptedException | InterruptException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("Reading the log failed, beginning anew", e);
                suspects.values().forEach(suspect -> arrived.add(suspect.request()));
                suspects.clear();
                LockSupport.parkNanos(BACK_OFF.toNanos());
            }
        }
    }

    private void watch(Consumer<String, byte[]> committed, Consumer<String, byte[]> uncommitted)
            throws InterruptedException {
        BlockingQueue<RequestInHand> questions = desk.questions();
        if (suspects.isEmpty() && arrived.isEmpty()) {
            arrived.add(questions.take());
        }
        questions.drainTo(arrived, Math.max(0, settings.generationsMax() - suspects.size() - arrived.size()));
        if (!arrived.isEmpty()) {
            admit(committed);
        }
        for (ConsumerRecord<String, byte[]> piece : committed.poll(POLL)) {
            read(piece);
        }
        settle(committed, uncommitted);
    }

    /** Goes back to where the earliest of the arrived begins; what is read twice is ignored by the slices. */
    private void admit(Consumer<String, byte[]> consumer) {
        Map<TopicPartition, Long> earliest = new HashMap<>();
        arrived.forEach(request ->
                earliest.merge(partition(request), request.requested().reply().offset(), Math::min));
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(earliest.keySet());
        Map<TopicPartition, Long> positions =
                consumer.assignment().stream().collect(Collectors.toMap(p -> p, consumer::position));
        Set<TopicPartition> watched =
                suspects.values().stream().map(Suspect::partition).collect(Collectors.toSet());
        watched.addAll(earliest.keySet());
        consumer.assign(watched);
        earliest.forEach((partition, offset) -> {
            long from = Math.max(offset, beginnings.getOrDefault(partition, 0L));
            consumer.seek(partition, Math.min(from, positions.getOrDefault(partition, from)));
        });
        arrived.forEach(request -> {
            long beginning = beginnings.getOrDefault(partition(request), 0L);
            boolean forgotten = request.requested().reply().offset() < beginning;
            suspects.put(
                    request.generation().value(),
                    new Suspect(
                            request,
                            partition(request),
                            new Slice(settings.frameBytesMax(), Instant.EPOCH),
                            forgotten,
                            Optional.empty(),
                            false));
        });
        arrived.clear();
    }

    private static TopicPartition partition(RequestInHand request) {
        return new TopicPartition(Topics.DELTAS.name(), request.deltaPartition());
    }

    private void read(ConsumerRecord<String, byte[]> piece) {
        Suspect suspect = suspects.get(piece.key());
        if (suspect == null) {
            return;
        }
        try {
            suspect.slice().add(DeltaCodec.decode(piece), Instant.ofEpochMilli(piece.timestamp()));
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed piece at {}-{}: {}", piece.partition(), piece.offset(), e.reason());
        } catch (MalformedStreamException e) {
            LOG.warn("A piece at {}-{} cannot be read: {}", piece.partition(), piece.offset(), e.getMessage());
            suspects.put(piece.key(), suspect.unreadable());
        }
    }

    /**
     * Judges what is read up to the horizon: where the log ended at a moment that lies behind. The log's end itself is never
     * reached while others write.
     */
    private void settle(Consumer<String, byte[]> committed, Consumer<String, byte[]> uncommitted) {
        setHorizons(uncommitted);
        suspects.replaceAll((_, suspect) -> suspect.readUpTo(committed.position(suspect.partition())));
        suspects.values()
                .removeIf(suspect ->
                        act(suspect, suspect.judge(settings.silenceLimit()), committed.position(suspect.partition())));
        suspects.replaceAll((_, suspect) -> suspect.isRead() ? suspect.withoutHorizon() : suspect);
    }

    private void setHorizons(Consumer<String, byte[]> uncommitted) {
        Set<TopicPartition> wanted = suspects.values().stream()
                .filter(suspect -> suspect.horizon().isEmpty())
                .map(Suspect::partition)
                .collect(Collectors.toSet());
        if (!wanted.isEmpty()) {
            Instant now = clock.instant();
            Map<TopicPartition, Long> ends = uncommitted.endOffsets(wanted);
            suspects.replaceAll((_, suspect) -> suspect.horizon().isPresent()
                    ? suspect
                    : suspect.withHorizon(new Horizon(ends.getOrDefault(suspect.partition(), Long.MAX_VALUE), now)));
        }
    }

    private boolean isTooYoung(RequestInHand request) {
        return request.requested().publishedAt().plus(beginAfter).isAfter(clock.instant());
    }

    /** Whether the suspect is one no more. */
    private boolean act(Suspect suspect, Judgement judgement, long position) {
        RequestInHand request = suspect.request();
        switch (judgement) {
            case WAIT -> {
                return false;
            }
            case DONE -> desk.settle(request);
            case RECORD -> {
                if (desk.isHopeless(request)) {
                    desk.interrupt(request, suspect.slice());
                } else {
                    desk.record(request, suspect.slice());
                }
            }
            case START, TAKE_OVER -> {
                if (desk.full() || (judgement == Judgement.START && isTooYoung(request))) {
                    return false;
                }
                if (desk.isHopeless(request)) {
                    desk.interrupt(request, suspect.slice());
                } else {
                    desk.takeOver(request, suspect.slice(), position);
                }
            }
            case INTERRUPTED -> {
                if (recorded.hold(request.requested())) {
                    desk.settle(request);
                } else {
                    desk.interrupt(request, suspect.slice());
                }
            }
        }
        LOG.info("Judged {}: {}", request.generation(), judgement);
        return true;
    }
}
