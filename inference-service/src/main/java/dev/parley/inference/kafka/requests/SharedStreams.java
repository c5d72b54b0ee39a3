package dev.parley.inference.kafka.requests;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.inference.generation.SharedStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The streams of this replica that identical requests can follow. A stream that has ended stays for five seconds if its
 * answer is cached, because the cache may not hold it yet; it is removed when another one begins or ends. Thread-safe.
 */
final class SharedStreams {
    private static final Duration KEPT = Duration.ofSeconds(5);

    /** What identical requests have in common: a fallback model may answer one only if it may answer the others. */
    record Key(TenantId tenant, Fingerprint fingerprint, PermittedModels permittedModels) {
        static Key of(ChatRequested requested) {
            return new Key(requested.tenant(), requested.fingerprint(), requested.permittedModels());
        }
    }

    /** A stream, and what has to be known of the request that it answers, which may be large. */
    record Led(Key key, ConversationId conversation, GenerationId generation, SharedStream stream) {}

    /** A stream that a request has joined, as its leader if there was none to follow. */
    record Joined(Led led, boolean leads) {}

    private record Ended(Led led, Instant at) {}

    private final Clock clock;
    private final Map<Key, Led> byKey = new HashMap<>();
    private final Deque<Ended> ended = new ArrayDeque<>();

    SharedStreams(Clock clock) {
        this.clock = clock;
    }

    /** Joins the stream of an identical request; empty if there is none to follow. */
    synchronized Optional<Led> join(ChatRequested requested) {
        removeOld();
        return Optional.ofNullable(byKey.get(Key.of(requested)))
                .filter(led -> led.stream().join());
    }

    /** Joins the stream of an identical request. If there is none, offers the stream of this one to others. */
    synchronized Joined joinOrLead(ChatRequested requested) {
        return join(requested).map(led -> new Joined(led, false)).orElseGet(() -> {
            SharedStream stream = new SharedStream(requested.keyOrTenant());
            Led led = new Led(Key.of(requested), requested.conversation(), requested.generation(), stream);
            byKey.put(led.key(), led);
            return new Joined(led, true);
        });
    }

    /**
     * Closes a stream whose leader has stopped.
     *
     * @param gzippedFrames all events, if its answer will be in the cache; else empty: a refusal, say, is for those only who asked
     *     in the meantime
     */
    synchronized void end(Led led, byte[] gzippedFrames) {
        led.stream().close();
        if (gzippedFrames.length > 0) {
            led.stream().keepGzipped(gzippedFrames);
            ended.add(new Ended(led, clock.instant()));
        } else {
            byKey.remove(led.key(), led);
        }
        removeOld();
    }

    private void removeOld() {
        Instant before = clock.instant().minus(KEPT);
        while (!ended.isEmpty() && ended.peek().at().isBefore(before)) {
            Led old = ended.remove().led();
            byKey.remove(old.key(), old);
        }
    }
}
