package dev.parley.conversations;

import static dev.parley.conversations.Attributes.required;
import static dev.parley.conversations.Attributes.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.TenantId;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A page of a user's conversations, last active first, and the cursor of the next one. */
public record ConversationPage(
        List<ConversationSummary> conversations,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> next) {
    public ConversationPage {
        conversations = List.copyOf(conversations);
    }

    /** The end of a page. Contains neither tenant nor user, so a cursor gives no access to the list of another user. */
    record Position(String updatedAt, ConversationId conversation) {
        private static final char SEPARATOR = '#';

        /** The position of an item, or of its key. */
        static Position of(Map<String, AttributeValue> item, TenantId tenant) {
            String conversationKey = required(item, Attributes.PARTITION_KEY).s();
            return new Position(
                    required(item, Attributes.UPDATED_AT).s(),
                    new ConversationId(conversationKey.substring(tenant.value().length() + 1)));
        }

        static Position parse(String cursor) {
            String text = new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
            int separator = text.indexOf(SEPARATOR);
            if (separator < 0) {
                throw new IllegalArgumentException("not a cursor");
            }
            String updatedAt = text.substring(0, separator);
            if (!Attributes.sortable(Attributes.instant(updatedAt)).equals(updatedAt)) {
                throw new IllegalArgumentException("not a cursor");
            }
            return new Position(updatedAt, new ConversationId(text.substring(separator + 1)));
        }

        String cursor() {
            String text = updatedAt + SEPARATOR + conversation;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
        }

        Map<String, AttributeValue> key(TenantId tenant, String userKey) {
            return Map.of(
                    Attributes.PARTITION_KEY, text(Attributes.conversationKey(tenant, conversation)),
                    Attributes.SORT_KEY, text(Attributes.META),
                    Attributes.USER_KEY, text(userKey),
                    Attributes.UPDATED_AT, text(updatedAt));
        }
    }
}
