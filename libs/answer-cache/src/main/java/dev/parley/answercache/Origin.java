package dev.parley.answercache;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;

/** The generation that a cached answer was made for. When its conversation is deleted, the answer is not used again. */
public record Origin(ConversationId conversation, GenerationId generation) {}
