package dev.parley.conversations;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Optional;

/** A conversation and a page of its turns, in the requested order, and the cursor of the next one. */
public record StoredConversation(
        @JsonUnwrapped ConversationSummary summary,
        List<StoredTurn> turns,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> next) {
    public StoredConversation {
        turns = List.copyOf(turns);
    }
}
