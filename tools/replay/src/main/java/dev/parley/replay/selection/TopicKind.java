package dev.parley.replay.selection;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.parley.contracts.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The kind of a topic's records. A topic and its dead letters are of the same kind. */
public enum TopicKind {
    REQUESTS(Topics.REQUESTS.name(), "ChatRequested"),
    DELTAS(Topics.DELTAS.name(), "frames", "last", "heartbeat", "followed", "failed", "released", "recorded"),
    TURNS(
            Topics.TURNS.name(),
            "ChatCompleted",
            "ChatFailed",
            "ChatCancelled",
            "ConversationRenamed",
            "ConversationDeleted",
            "AnswerRated",
            "AnswerEvicted"),
    COMMANDS(Topics.COMMANDS.name(), "CancelRequested", "ReadingStopped", "ReadingResumed"),
    DELIVERIES(Topics.DELIVERIES.name(), "AnswerDelivered"),
    DELETIONS(Topics.DELETIONS.name(), "ConversationDeleted"),
    KEYS(Topics.KEYS.name(), "KeyIssued", "KeyRevoked", "KeyChanged"),
    PUBLISHED(Topics.PUBLISHED.name(), "AnswerPublished", "AnswerWithdrawn"),
    TRIALS(Topics.TRIALS.name(), "TrialStarted", "TrialCompleted", "TrialFailed"),
    /** Not a topic of Parley: its types are unknown. */
    OTHER("");

    private static final String DEAD = ".dead";
    private static final Map<String, TopicKind> KINDS =
            Stream.of(values()).collect(toUnmodifiableMap(kind -> kind.topic, kind -> kind));

    private final String topic;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> types;

    TopicKind(String topic, String... types) {
        this.topic = topic;
        this.types = List.of(types);
    }

    /** The events, or kinds of deltas, without version; empty if they are unknown. */
    List<String> types() {
        return types;
    }

    public static TopicKind of(String topic) {
        String source = isDead(topic) ? topic.substring(0, topic.length() - DEAD.length()) : topic;
        return KINDS.getOrDefault(source, OTHER);
    }

    public static boolean isDead(String topic) {
        return topic.endsWith(DEAD);
    }

    boolean namesConversation() {
        return this != DELTAS && this != COMMANDS && this != DELIVERIES && this != KEYS;
    }

    boolean namesTenant() {
        return this != DELTAS;
    }

    /** Whether records of deleted conversations are marked: the records name tenant, conversation and generation. */
    public boolean marksDeleted() {
        return this == REQUESTS || this == TURNS || this == TRIALS;
    }
}
