package dev.parley.conversations;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * Some of a user's conversations, last active first.
 *
 * @param next the cursor of the next page, if there is one
 */
public record ConversationPage(
        List<ConversationSummary> conversations,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> next) {
    public ConversationPage {
        conversations = List.copyOf(conversations);
    }
}
