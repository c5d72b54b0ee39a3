package dev.parley.replay.selection;

import dev.parley.contracts.topic.Topics;
import java.util.Map;

/** What the records of a topic say about themselves; the dead letters of a topic say the same as the topic. */
public enum TopicKind {
    /** {@code chat.requests}, keyed by fingerprint. */
    REQUESTS(Key.OTHER, true, true),
    /** {@code chat.deltas}: each on the partition that its request names, whatever the key. */
    DELTAS(Key.OTHER, false, false),
    /** {@code chat.turns}. */
    TURNS(Key.CONVERSATION, true, true),
    /** {@code chat.commands}. */
    COMMANDS(Key.GENERATION, false, true),
    /** A topic that is none of Parley's. */
    UNKNOWN(Key.OTHER, true, true);

    /** What decides the partition of a record. */
    public enum Key {
        CONVERSATION,
        GENERATION,
        OTHER
    }

    private static final String DEAD = ".dead";
    private static final Map<String, TopicKind> KINDS = Map.of(
            Topics.REQUESTS.name(), REQUESTS,
            Topics.DELTAS.name(), DELTAS,
            Topics.TURNS.name(), TURNS,
            Topics.COMMANDS.name(), COMMANDS);

    private final Key key;
    private final boolean namesConversation;
    private final boolean namesTenant;

    TopicKind(Key key, boolean namesConversation, boolean namesTenant) {
        this.key = key;
        this.namesConversation = namesConversation;
        this.namesTenant = namesTenant;
    }

    public static TopicKind of(String topic) {
        String source = isDead(topic) ? topic.substring(0, topic.length() - DEAD.length()) : topic;
        return KINDS.getOrDefault(source, UNKNOWN);
    }

    public static boolean isDead(String topic) {
        return topic.endsWith(DEAD);
    }

    public Key key() {
        return key;
    }

    public boolean namesConversation() {
        return namesConversation;
    }

    public boolean namesTenant() {
        return namesTenant;
    }

    /** Whether its records name all that tells whether they were deleted: tenant, conversation and generation. */
    public boolean tellsDeleted() {
        return this != UNKNOWN && namesConversation && namesTenant;
    }
}
