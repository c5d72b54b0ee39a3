package dev.parley.inference.kafka;

import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what clients command, on every replica, for any may have the generation in hand. Begins where the
 * topic does, an hour back: what was commanded while nobody listened still counts. One thread.
 */
public final class CommandListener implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandListener.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration BACK_OFF = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final GenerationDesk desk;
    private final Clock clock;
    private final CountDownLatch stopping = new CountDownLatch(1);

    public CommandListener(KafkaClients clients, GenerationDesk desk, Clock clock) {
        this.clients = clients;
        this.desk = desk;
        this.clock = clock;
    }

    /** Until {@link #stop()}, and until its thread is interrupted. A broken Kafka client is replaced after a second. */
    @Override
    public void run() {
        try {
            do {
                listen();
            } while (!stopping.await(BACK_OFF.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void stop() {
        stopping.countDown();
    }

    private void listen() {
        List<TopicPartition> partitions = IntStream.range(0, Topics.COMMANDS.partitions())
                .mapToObj(partition -> new TopicPartition(Topics.COMMANDS.name(), partition))
                .toList();
        try (Consumer<String, byte[]> consumer = clients.commandConsumer()) {
            consumer.assign(partitions);
            Readers readers = new Readers();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.seekToBeginning(partitions);
            boolean caughtUp = false;
            while (stopping.getCount() > 0) {
                consumer.poll(POLL).forEach(command -> take(command, readers));
                caughtUp = caughtUp
                        || ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
                if (caughtUp) {
                    readers.abandoned(clock.instant())
                            .forEach(abandoned -> desk.cancel(abandoned.generation(), abandoned.tenant()));
                }
            }
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("Listening to commands failed, beginning anew", e);
        }
    }

    private void take(ConsumerRecord<String, byte[]> command, Readers readers) {
        try {
            switch (CommandCodec.decode(command.headers())) {
                case CancelRequested cancel -> desk.cancel(cancel.generation(), cancel.tenant());
                case ReadingStopped stopped -> readers.stopped(stopped);
                case ReadingResumed resumed -> readers.resumed(resumed);
            }
        } catch (MalformedEventException e) {
            LOG.warn("Ignoring a malformed command at {}-{}: {}", command.partition(), command.offset(), e.reason());
        }
    }
}
