package dev.parley.contracts.price;

import tools.jackson.databind.JsonNode;

/**
 * Whether Claude bills a refusal before any output, by its category (docs.claude.com, "How refusals are billed", as of September
 * 2026; Claude may change the list). Its tokens are in {@code usage} in any case.
 */
public enum RefusalBilling {
    /** As any other answer: also what is no refusal, and a refusal after output. */
    BILLED,
    FREE,
    /** The category is not known here. */
    UNKNOWN;

    /** Of a whole message, or of the {@code delta} that ends one without content. */
    public static RefusalBilling of(JsonNode message) {
        if (!message.path("stop_reason").stringValue("").equals("refusal")
                || !message.path("content").isEmpty()) {
            return BILLED;
        }
        return switch (message.at("/stop_details/category").stringValue("")) {
            case "", "cyber", "general_harms" -> FREE;
            case "bio", "frontier_llm", "reasoning_extraction" -> BILLED;
            default -> UNKNOWN;
        };
    }
}
