package dev.parley.inference.kafka;

import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.LogTail;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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
    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, Topics.COMMANDS.partitions())
            .mapToObj(partition -> new TopicPartition(Topics.COMMANDS.name(), partition))
            .toList();

    private final GenerationExecutor executor;
    private final Clock clock;
    private ReaderCounts readers = new ReaderCounts();
    private Map<TopicPartition, Long> ends = Map.of();

    private CommandListener(GenerationExecutor executor, Clock clock) {
        this.executor = executor;
        this.clock = clock;
    }

    /** The tail that listens once it is started. */
    public static LogTail tail(InferenceClients clients, GenerationExecutor executor, Clock clock) {
        return new LogTail("command-listener", clients::commandConsumer, POLL, new CommandListener(executor, clock));
    }

    /** After a failure too it reads the topic from its beginning: the counts of readers are rebuilt, cancelling is idempotent. */
    @Override
    public void assign(Consumer<String, byte[]> consumer) {
        consumer.assign(PARTITIONS);
        readers = new ReaderCounts();
        ends = consumer.endOffsets(PARTITIONS);
        consumer.seekToBeginning(PARTITIONS);
    }

    /** Abandoned generations are cancelled only when all commands of the past are known: a reader may have come back. */
    @Override
    public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> commands) {
        commands.forEach(this::apply);
        if (!ends.isEmpty()
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
            ends = Map.of();
        }
        if (ends.isEmpty()) {
            readers.removeAbandoned(clock.instant())
                    .forEach(abandoned -> executor.cancel(abandoned.generation(), abandoned.tenant()));
        }
    }

    private void apply(ConsumerRecord<String, byte[]> command) {
        try {
            switch (CommandCodec.decode(command.headers())) {
                case CancelRequested cancel -> executor.cancel(cancel.generation(), cancel.tenant());
                case ReadingStopped stopped -> readers.stopped(stopped);
                case ReadingResumed resumed -> readers.resumed(resumed);
            }
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed command at {}-{}: {}", command.partition(), command.offset(), e.reason());
        }
    }
}
