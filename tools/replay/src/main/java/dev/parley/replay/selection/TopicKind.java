package dev.parley.replay.selection;

import dev.parley.contracts.topic.Topics;
import java.util.Map;

/** The kind of a topic's records. A topic and its dead letters are of the same kind. */
public enum TopicKind {
    REQUESTS,
    DELTAS,
    TURNS,
    COMMANDS,
    OTHER;

    private static final String DEAD = ".dead";
    private static final Map<String, TopicKind> KINDS = Map.of(
            Topics.REQUESTS.name(), REQUESTS,
            Topics.DELTAS.name(), DELTAS,
            Topics.TURNS.name(), TURNS,
            Topics.COMMANDS.name(), COMMANDS);

    public static TopicKind of(String topic) {
        String source = isDead(topic) ? topic.substring(0, topic.length() - DEAD.length()) : topic;
        return KINDS.getOrDefault(source, OTHER);
    }

    public static boolean isDead(String topic) {
        return topic.endsWith(DEAD);
    }

    boolean namesConversation() {
        return this != DELTAS && this != COMMANDS;
    }

    boolean namesTenant() {
        return this != DELTAS;
    }

    /** Whether records of deleted conversations are marked: the records name tenant, conversation and generation. */
    public boolean marksDeleted() {
        return this == REQUESTS || this == TURNS;
    }
}
