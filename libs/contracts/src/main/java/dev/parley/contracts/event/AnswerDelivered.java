package dev.parley.contracts.event;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * One HTTP response with an answer has ended, as seen by the gateway that wrote it. A generation has one for the response to its
 * request, and one for each response that resumes it.
 *
 * @param resumed whether the response resumed an answer
 * @param status the HTTP status
 * @param outcome {@code completed}, {@code refused} (an error instead of an answer), {@code failed} (ended by an error event),
 *     {@code left} (the reader disconnected) or {@code cut} (the gateway disconnected a slow reader, or could not read on)
 * @param firstByteAt when the first event of the answer was written; empty if none was
 * @param lastByteAt when the last event of the answer was written; empty if none was
 * @param endedAt when the response ended
 * @param traceparent the W3C trace context of the reader's request
 */
public record AnswerDelivered(
        GenerationId generation,
        TenantId tenant,
        boolean resumed,
        int status,
        String outcome,
        Optional<Instant> firstByteAt,
        Optional<Instant> lastByteAt,
        Instant endedAt,
        String traceparent) {}
