package dev.parley.gateway;

import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.TopicLog;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the requests on {@code chat.requests}. */
final class RequestLog implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final TopicLog log;

    RequestLog(String bootstrapServers) {
        log = new TopicLog(bootstrapServers, Topics.REQUESTS);
    }

    /** The latest request of a conversation; waits for it. */
    ChatRequested of(String conversation) {
        return latest(request -> request.conversation().value().equals(conversation));
    }

    /** The latest request of a user; waits for it. */
    ChatRequested ofUser(String user) {
        return latest(request -> request.user().equals(user));
    }

    private ChatRequested latest(Predicate<ChatRequested> wanted) {
        return await().atMost(SOON)
                .until(
                        () -> log.all().reversed().stream()
                                .map(event -> RequestCodec.decodeChatRequested(event.headers(), event.value()))
                                .filter(wanted)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @Override
    public void close() {
        log.close();
    }
}
