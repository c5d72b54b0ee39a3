package dev.parley.gateway.published;

import static java.util.function.Predicate.not;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.messages.Thinking;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Decides whether an answer can be published: a whole text, after thinking or without it, that answers one text of a user, and
 * depends on nothing else.
 */
public final class PublishingPolicy {
    /** The largest request whose answer can be published. */
    public static final int REQUEST_BYTES_MAX = 64 * 1024;

    private static final Set<String> ENDED_WELL = Set.of("end_turn", "stop_sequence");
    /** Parameters that refer to a person, to tools, or to state at Claude. */
    private static final List<String> REFERENCES =
            List.of("metadata", "tools", "tool_choice", "mcp_servers", "container", "thread");

    private PublishingPolicy() {}

    /** Why the answers to a request cannot be published; empty if they can. */
    public static Optional<String> objection(JsonNode request) {
        Optional<String> reference =
                REFERENCES.stream().filter(request::hasNonNull).findFirst();
        JsonNode messages = request.path("messages");
        if (reference.isPresent()) {
            return Optional.of("a request with " + reference.get());
        } else if (messages.size() != 1
                || !messages.path(0).path("role").stringValue("").equals("user")) {
            return Optional.of("a request with more than one message of a user");
        } else if (text(messages.path(0).path("content")).isEmpty()) {
            return Optional.of("a question that is not text only");
        }
        return Optional.empty();
    }

    /** Why the answer of a turn cannot be published; empty if it can. */
    public static Optional<String> objection(Turn turn) {
        if (turn.facts().request().length() > REQUEST_BYTES_MAX) {
            return Optional.of("a request of more than " + REQUEST_BYTES_MAX + " bytes");
        }
        Optional<String> toRequest = objection(turn.facts().request().tree());
        if (toRequest.isPresent()) {
            return toRequest;
        } else if (turn.facts().cachePolicy() == CachePolicy.NO_STORE) {
            return Optional.of("an answer with cache-control: no-store");
        } else if (turn.facts().cache() == CacheVerdict.SIMILAR) {
            return Optional.of("the answer to a similar question");
        } else if (!(turn instanceof ChatCompleted)
                || !ENDED_WELL.contains(turn.message().path("stop_reason").stringValue(""))) {
            return Optional.of("an answer that is not whole");
        } else if (text(Thinking.removed(turn.message()).path("content")).isEmpty()) {
            return Optional.of("an answer that is not text only");
        }
        return Optional.empty();
    }

    /** The text of a question to which there is no objection. */
    public static String question(JsonNode request) {
        return text(request.path("messages").path(0).path("content")).orElseThrow();
    }

    /** The text of a string, or of blocks that are all text; empty if there is none. */
    private static Optional<String> text(JsonNode content) {
        if (content.isString()) {
            return Optional.of(content.stringValue()).filter(not(String::isBlank));
        }
        boolean isText = content.valueStream()
                .allMatch(block -> block.path("type").stringValue("").equals("text"));
        return Optional.of(content.valueStream()
                        .map(block -> block.path("text").stringValue(""))
                        .collect(Collectors.joining("\n")))
                .filter(text -> isText && !text.isBlank());
    }
}
