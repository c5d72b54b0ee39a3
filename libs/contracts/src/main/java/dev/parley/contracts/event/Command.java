package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;

/** An event on {@code chat.commands}: a fact about the clients of a generation, for the replica that owns it. */
public sealed interface Command permits CancelRequested, ReadingStopped, ReadingResumed {
    GenerationId generation();

    /** The client's tenant; a generation of another tenant is left alone. */
    TenantId tenant();

    /** The W3C trace context of the client's request. */
    String traceparent();
}
