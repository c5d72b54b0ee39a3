package dev.parley.replay.selection;

import dev.parley.contracts.topic.Topics;
import java.util.List;
import java.util.Map;

/** The kind of a topic's records. A topic and its dead letters are of the same kind. */
public enum TopicKind {
    REQUESTS,
    DELTAS,
    TURNS,
    COMMANDS,
    DELIVERIES,
    DELETIONS,
    KEYS,
    PUBLISHED,
    TRIALS,
    /** Not a topic of Parley: its types are unknown. */
    OTHER;

    private static final String DEAD = ".dead";
    private static final Map<String, TopicKind> KINDS = Map.of(
            Topics.REQUESTS.name(), REQUESTS,
            Topics.DELTAS.name(), DELTAS,
            Topics.TURNS.name(), TURNS,
            Topics.COMMANDS.name(), COMMANDS,
            Topics.DELIVERIES.name(), DELIVERIES,
            Topics.DELETIONS.name(), DELETIONS,
            Topics.KEYS.name(), KEYS,
            Topics.PUBLISHED.name(), PUBLISHED,
            Topics.TRIALS.name(), TRIALS);

    /** The events, or kinds of deltas, without version; empty if they are unknown. */
    List<String> types() {
        return switch (this) {
            case REQUESTS -> List.of("ChatRequested");
            case DELTAS -> List.of("frames", "last", "heartbeat", "followed", "failed", "released", "recorded");
            case TURNS ->
                List.of(
                        "ChatCompleted",
                        "ChatFailed",
                        "ChatCancelled",
                        "ConversationRenamed",
                        "ConversationDeleted",
                        "AnswerRated",
                        "AnswerEvicted");
            case COMMANDS -> List.of("CancelRequested", "ReadingStopped", "ReadingResumed");
            case DELIVERIES -> List.of("AnswerDelivered");
            case DELETIONS -> List.of("ConversationDeleted");
            case KEYS -> List.of("KeyIssued", "KeyRevoked", "KeyChanged");
            case PUBLISHED -> List.of("AnswerPublished", "AnswerWithdrawn");
            case TRIALS -> List.of("TrialStarted", "TrialCompleted", "TrialFailed");
            case OTHER -> List.of();
        };
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
