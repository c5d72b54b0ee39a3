package dev.parley.inference.kafka.commands;

import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.LogTail;
import dev.parley.inference.kafka.InferenceClients;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code chat.commands} on every replica, because any of them may run the generation that a command is for. Starts at the
 * beginning of the topic, an hour ago, so that commands from before the start of the process are applied. One thread.
 */
public final class CommandListener implements LogTail.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(CommandListener.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** In which abandoned generations are looked for once, however many commands arrive. */
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, Topics.COMMANDS.partitions())
            .mapToObj(partition -> new TopicPartition(Topics.COMMANDS.name(), partition))
            .toList();

    /** The ends of the partitions, asked for after a time: no command from before that time is beyond them. */
    private record Horizon(Map<TopicPartition, Long> ends, Instant at) {
        private static final Horizon UNKNOWN = new Horizon(Map.of(), Instant.MIN);

        boolean isReached(Consumer<?, ?> consumer) {
            return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        }
    }

    private final Cancellations cancellations;
    /** The ends of partitions now. Blocks. */
    private final Function<List<TopicPartition>, Map<TopicPartition, Long>> ends;
    /** Asks for the ends, because no cancellation is read by a thread that waits for them. */
    private final Executor asking;

    private final Clock clock;
    private ReaderCounts readers = new ReaderCounts();
    private Optional<CompletableFuture<Horizon>> horizon = Optional.empty();

    /** The interval of the last check, counted from the epoch; a clock that was set back is in another one. */
    private long checked = -1;

    CommandListener(
            Cancellations cancellations,
            Function<List<TopicPartition>, Map<TopicPartition, Long>> ends,
            Executor asking,
            Clock clock) {
        this.cancellations = cancellations;
        this.ends = ends;
        this.asking = asking;
        this.clock = clock;
    }

    /** The tail that listens once it is started. */
    public static LogTail tail(InferenceClients clients, Cancellations cancellations, Clock clock) {
        return new LogTail(
                "command-listener",
                clients::commandConsumer,
                POLL,
                new CommandListener(cancellations, clients::endsOfCommands, Thread::startVirtualThread, clock));
    }

    /** Reads, after a failure too, the topic from its beginning: the counts of readers are rebuilt, cancelling is idempotent. */
    @Override
    public void assign(Consumer<String, byte[]> consumer) {
        consumer.assign(PARTITIONS);
        readers = new ReaderCounts();
        horizon = Optional.empty();
        consumer.seekToBeginning(PARTITIONS);
    }

    /**
     * An abandoned generation is cancelled only when all commands are read that were on the log at the end of its grace period: a
     * reader may have come back, and this replica may be late.
     */
    @Override
    public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> commands) {
        commands.forEach(this::apply);
        if (horizon.isEmpty()) {
            horizon = nextHorizon();
        }
        horizon.filter(CompletableFuture::isDone)
                .map(CompletableFuture::join)
                .filter(known -> known.isReached(consumer))
                .ifPresent(reached -> {
                    readers.takeAbandoned(reached.at()).forEach(cancellations::abandon);
                    horizon = Optional.empty();
                });
    }

    /** A query of the ends of the log; empty if none is due, or no generation is abandoned. */
    private Optional<CompletableFuture<Horizon>> nextHorizon() {
        Instant now = clock.instant();
        long interval = now.toEpochMilli() / CHECK_INTERVAL.toMillis();
        if (interval == checked) {
            return Optional.empty();
        }
        checked = interval;
        if (!readers.anyAbandoned(now)) {
            return Optional.empty();
        }
        return Optional.of(CompletableFuture.supplyAsync(() -> horizonAt(now), asking));
    }

    /** The ends of the log at a time. Blocks. While they are unknown, no generation is abandoned. */
    private Horizon horizonAt(Instant now) {
        try {
            return new Horizon(ends.apply(PARTITIONS), now);
        } catch (KafkaException e) {
            LOG.info("Abandoned generations continue until Kafka answers: {}", e.getMessage());
            return Horizon.UNKNOWN;
        }
    }

    private void apply(ConsumerRecord<String, byte[]> command) {
        try {
            switch (CommandCodec.decode(command.headers())) {
                case CancelRequested cancel -> cancellations.request(cancel.generation(), cancel.tenant());
                case ReadingStopped stopped -> {
                    if (readers.stopped(stopped)) {
                        cancellations.abandon(stopped.generation(), stopped.tenant());
                    }
                }
                case ReadingResumed resumed -> {
                    readers.resumed(resumed);
                    cancellations.withdraw(resumed.generation(), resumed.tenant());
                }
            }
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed command at {}-{}: {}", command.partition(), command.offset(), e.reason());
        }
    }
}
