package dev.parley.contracts.topic;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The topics of Parley. A request body has at most 8 MiB; the limits leave room for headers and the answer. */
public final class Topics {
    private static final int MIB = 1024 * 1024;

    /** {@code ChatRequested}, keyed by fingerprint, so that one consumer receives all identical requests. */
    public static final Topic REQUESTS = new Topic("chat.requests", 12, Duration.ofDays(7), 9 * MIB);

    /** Records of answers, keyed by generation, each in the partition of its reply address. */
    public static final Topic DELTAS = new Topic("chat.deltas", 24, Duration.ofHours(2), 9 * MIB);

    /**
     * Exactly one {@code ChatCompleted}, {@code ChatFailed} or {@code ChatCancelled} per request, and between them {@code
     * ConversationRenamed} and {@code ConversationDeleted}; keyed by conversation. Also {@code AnswerRated} and {@code
     * AnswerEvicted}, keyed by generation.
     */
    public static final Topic TURNS = new Topic("chat.turns", 12, Duration.ofDays(365), 18 * MIB);

    /** {@code AnswerDelivered}, keyed by generation: how the responses of answers ended. For analysts; no service reads it. */
    public static final Topic DELIVERIES = new Topic("chat.deliveries", 12, Duration.ofDays(365), MIB);

    /**
     * A copy of each {@code ConversationDeleted}, keyed by conversation. Services read it before they serve messages of a
     * conversation. Its retention exceeds the time for which answers can be resumed or come from the cache.
     */
    public static final Topic DELETIONS = new Topic("chat.deletions", 1, Duration.ofDays(1), MIB);

    /** {@code CancelRequested}, {@code ReadingStopped} and {@code ReadingResumed}, keyed by generation, read by every inference replica. */
    public static final Topic COMMANDS = new Topic("chat.commands", 3, Duration.ofHours(1), MIB);

    /**
     * {@code KeyIssued} and {@code KeyRevoked}, keyed by API key, and {@code KeyChanged}, keyed by API key and request; read by
     * every gateway from the beginning.
     */
    public static final Topic KEYS = new Topic("chat.keys", 1, Duration.ofDays(7), true, MIB);

    /**
     * {@code AnswerPublished} and {@code AnswerWithdrawn}, keyed by question, read by every gateway and inference-service from
     * the beginning.
     */
    public static final Topic PUBLISHED = new Topic("chat.published", 1, Duration.ofDays(1), true, MIB);

    /**
     * {@code TrialStarted}, {@code TrialCompleted} and {@code TrialFailed}, keyed by generation: past requests that an
     * experiment repeated. No service reads it.
     */
    public static final Topic TRIALS = new Topic("chat.trials", 3, Duration.ofDays(365), 9 * MIB);

    private static final List<Topic> SOURCES =
            List.of(REQUESTS, DELTAS, TURNS, DELIVERIES, DELETIONS, COMMANDS, KEYS, PUBLISHED, TRIALS);

    /** The topics that are read by consumer groups and therefore have a topic for dead letters. */
    private static final List<Topic> WITH_DEAD_LETTERS = List.of(REQUESTS, TURNS);

    private Topics() {}

    /** The topics with message text. The text of a deleted conversation stays on them until its records expire. */
    public static List<Topic> withMessages() {
        return all().stream()
                .filter(topic -> !List.of(DELIVERIES, DELETIONS, COMMANDS, KEYS).contains(topic))
                .toList();
    }

    /** All topics, dead letters last. */
    public static List<Topic> all() {
        return Stream.concat(SOURCES.stream(), WITH_DEAD_LETTERS.stream().map(Topic::dead))
                .toList();
    }
}
