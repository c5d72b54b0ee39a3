package dev.parley.answercache;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;

/** Where a kept answer was given first: when its conversation is deleted, it is not given again. */
public record Origin(ConversationId conversation, GenerationId generation) {}
