package dev.parley.inference.kafka;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.generation.Judgement;
import dev.parley.inference.generation.Slice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of requests that another replica may be working on, by reading what the log says of them: the
 * log is the lease. One thread, one consumer; silence is measured by the records' time stamps, so replicas' clocks
 * must agree within a second.
 */
public final class RecoveryWatch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryWatch.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** A generation in question. */
    private record Suspect(RequestInHand request, Slice slice, TopicPartition partition, long caughtUpAt) {}

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final GenerationDesk desk;
    private final GenerationSettings settings;
    private final Clock clock;
    private final BlockingQueue<RequestInHand> arrivals;
    private final Map<String, Suspect> suspects = new HashMap<>();

    public RecoveryWatch(
            Supplier<Consumer<String, byte[]>> consumers,
            GenerationDesk desk,
            GenerationSettings settings,
            Clock clock) {
        this.consumers = consumers;
        this.desk = desk;
        this.settings = settings;
        this.clock = clock;
        this.arrivals = new LinkedBlockingQueue<>(settings.generationsMax());
    }

    /** Hands a request over for judgement; waits while as many as may run at once are being judged. */
    void judge(RequestInHand request) throws InterruptedException {
        arrivals.put(request);
    }

    /** Until interrupted. */
    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Consumer<String, byte[]> consumer = consumers.get()) {
                watch(consumer);
            } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
                Thread.currentThread().interrupt();
            } catch (KafkaException e) {
                LOG.warn("Reading the log failed, beginning anew: {}", e.toString());
                List<RequestInHand> again =
                        suspects.values().stream().map(Suspect::request).toList();
                suspects.clear();
                again.forEach(arrivals::offer);
            }
        }
    }

    private void watch(Consumer<String, byte[]> consumer) throws InterruptedException {
        while (true) {
            List<RequestInHand> arrived = new ArrayList<>();
            if (suspects.isEmpty()) {
                arrived.add(arrivals.take());
            }
            arrivals.drainTo(arrived);
            if (!arrived.isEmpty()) {
                admit(consumer, arrived);
            }
            for (ConsumerRecord<String, byte[]> piece : consumer.poll(POLL)) {
                read(piece);
            }
            suspects.values().removeIf(suspect -> settle(consumer, suspect));
        }
    }

    /** Adds suspects and goes back to where the earliest of them begins; what is read twice is ignored by the slices. */
    private void admit(Consumer<String, byte[]> consumer, List<RequestInHand> arrived) {
        Map<TopicPartition, Long> earliest = new HashMap<>();
        for (RequestInHand request : arrived) {
            TopicPartition partition = new TopicPartition(Topics.DELTAS.name(), request.deltaPartition());
            earliest.merge(partition, request.inference().requested().reply().offset(), Math::min);
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(earliest.keySet());
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(earliest.keySet());
        for (RequestInHand request : arrived) {
            TopicPartition partition = new TopicPartition(Topics.DELTAS.name(), request.deltaPartition());
            Slice slice = new Slice(settings.frameBytesMax(), Instant.EPOCH);
            suspects.put(
                    request.generation().value(),
                    new Suspect(request, slice, partition, ends.getOrDefault(partition, 0L)));
        }
        Map<TopicPartition, Long> positions =
                consumer.assignment().stream().collect(Collectors.toMap(p -> p, consumer::position));
        consumer.assign(suspects.values().stream().map(Suspect::partition).collect(Collectors.toSet()));
        earliest.forEach((partition, offset) -> {
            long from = Math.max(offset, beginnings.getOrDefault(partition, 0L));
            consumer.seek(partition, Math.min(from, positions.getOrDefault(partition, Long.MAX_VALUE)));
        });
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
        }
    }

    private boolean settle(Consumer<String, byte[]> consumer, Suspect suspect) {
        boolean caughtUp = consumer.position(suspect.partition()) >= suspect.caughtUpAt();
        RequestInHand request = suspect.request();
        Slice slice = suspect.slice();
        Judgement judgement = Judgement.of(slice, caughtUp, clock.instant(), settings.silenceLimit());
        switch (judgement) {
            case WAIT -> {
                return false;
            }
            case DONE -> request.finish();
            case RECORD -> desk.record(request, slice);
            case START -> desk.start(request, 1);
            case RESTART -> desk.start(request, slice.attempt() + 1);
            case INTERRUPTED -> desk.interrupt(request, slice);
        }
        LOG.info("Judged {}: {}", request.generation(), judgement);
        return true;
    }
}
