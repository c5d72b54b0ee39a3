package dev.parley.replay.selection;

import dev.parley.contracts.topic.Topics;
import java.util.List;
import java.util.Map;

/** The kind of a topic's records. A topic and its dead letters are of the same kind. */
public enum TopicKind {
    REQUESTS("ChatRequested"),
    DELTAS("frames", "last", "heartbeat", "followed", "failed", "released", "recorded"),
    TURNS("ChatCompleted", "ChatFailed", "ChatCancelled", "ConversationRenamed", "ConversationDeleted"),
    COMMANDS("CancelRequested", "ReadingStopped", "ReadingResumed"),
    DELIVERIES("AnswerDelivered"),
    DELETIONS("ConversationDeleted"),
    KEYS("KeyIssued", "KeyRevoked", "KeyChanged"),
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
            Topics.KEYS.name(), KEYS);

    private final List<String> types;

    TopicKind(String... types) {
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
        return this == REQUESTS || this == TURNS;
    }
}
