package dev.parley.gateway;

import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.Command;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.TopicLog;
import java.time.Duration;
import java.util.List;

/** Reads the commands on {@code chat.commands}. */
final class CommandLog implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final TopicLog log;

    CommandLog(String bootstrapServers) {
        log = new TopicLog(bootstrapServers, Topics.COMMANDS);
    }

    /** The commands for a generation; waits until there are at least {@code count}. */
    List<Command> of(GenerationId generation, int count) {
        return await().atMost(SOON).until(() -> matching(generation), found -> found.size() >= count);
    }

    /** All commands so far. */
    List<Command> all() {
        return log.all().stream()
                .map(event -> CommandCodec.decode(event.headers()))
                .toList();
    }

    private List<Command> matching(GenerationId generation) {
        return all().stream()
                .filter(command -> command.generation().equals(generation))
                .toList();
    }

    @Override
    public void close() {
        log.close();
    }
}
