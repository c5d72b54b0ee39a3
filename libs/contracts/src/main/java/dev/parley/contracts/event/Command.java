package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;

/** What {@code chat.commands} carries: facts about the clients of a generation, on which its owner acts. */
public sealed interface Command permits CancelRequested, ReadingStopped, ReadingResumed {
    GenerationId generation();

    /** Whose client it was; the generation of another tenant is not to be touched. */
    TenantId tenant();

    /** The W3C trace context of the client's request. */
    String traceparent();
}
