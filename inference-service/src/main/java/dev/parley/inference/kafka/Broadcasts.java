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

    /** An answer that may be followed, and the request that it is made for. */
    record Led(ChatRequested requested, Broadcast broadcast) {}

    private record Ended(Question question, Led led, Instant at) {}

    private final Clock clock;
    private final Map<Question, Led> byQuestion = new HashMap<>();
    private final Deque<Ended> ended = new ArrayDeque<>();

    Broadcasts(Clock clock) {
        this.clock = clock;
    }

    /** The answer to the same question, joined; empty if there is none that can be followed. */
    synchronized Optional<Led> join(ChatRequested requested) {
        forgetOld();
        return Optional.ofNullable(byQuestion.get(Question.of(requested)))
                .filter(led -> led.broadcast().join());
    }

    /** Lets others follow the answer to this question from now on. */
    synchronized Led lead(ChatRequested requested) {
        Led led = new Led(requested, new Broadcast());
        byQuestion.put(Question.of(requested), led);
        return led;
    }

    /** Nobody leads this one any more. */
    synchronized void end(Led led) {
        led.broadcast().close();
        ended.add(new Ended(Question.of(led.requested()), led, clock.instant()));
        forgetOld();
    }

    private void forgetOld() {
        Instant before = clock.instant().minus(KEPT);
        while (!ended.isEmpty() && ended.peek().at().isBefore(before)) {
            Ended old = ended.remove();
            byQuestion.remove(old.question(), old.led());
        }
    }
}
