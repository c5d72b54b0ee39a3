package dev.parley.inference.kafka;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.inference.generation.Broadcast;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The answers that are made here and may be followed, by what was asked. An answer that has ended stays for a few seconds:
 * the cache may not have it yet. Thread-safe.
 */
final class Broadcasts {
    private static final Duration KEPT = Duration.ofSeconds(5);

    private record Question(TenantId tenant, Fingerprint fingerprint) {
        static Question of(ChatRequested requested) {
            return new Question(requested.tenant(), requested.fingerprint());
        }
    }

    private record Ended(Question question, Broadcast broadcast, Instant at) {}

    private final Clock clock;
    private final Map<Question, Broadcast> byQuestion = new HashMap<>();
    private final Deque<Ended> ended = new ArrayDeque<>();

    Broadcasts(Clock clock) {
        this.clock = clock;
    }

    /** The answer to the same question, joined; empty if there is none that can be followed. */
    synchronized Optional<Broadcast> join(ChatRequested requested) {
        forgetOld();
        return Optional.ofNullable(byQuestion.get(Question.of(requested))).filter(Broadcast::join);
    }

    /** Lets others follow the answer to this question from now on. */
    synchronized Broadcast lead(ChatRequested requested) {
        Broadcast broadcast = new Broadcast();
        byQuestion.put(Question.of(requested), broadcast);
        return broadcast;
    }

    /** Nobody leads this one any more. */
    synchronized void end(ChatRequested requested, Broadcast broadcast) {
        broadcast.close();
        ended.add(new Ended(Question.of(requested), broadcast, clock.instant()));
        forgetOld();
    }

    private void forgetOld() {
        Instant before = clock.instant().minus(KEPT);
        while (!ended.isEmpty() && ended.peek().at().isBefore(before)) {
            Ended old = ended.remove();
            byQuestion.remove(old.question(), old.broadcast());
        }
    }
}
