package dev.parley.contracts.delta;

import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.AnyEvent;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.GenerationId;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** An arbitrary delta of each kind, with any bytes. */
public final class AnyDelta extends DomainContextBase {
    private static Optional<SimilarCheck> check(GenerationId source, boolean exists) {
        return exists
                ? Optional.of(new SimilarCheck("reused", Optional.of(0.93), Optional.of(0.8), Optional.of(source)))
                : Optional.empty();
    }

    @Provide
    Arbitrary<Delta> deltas() {
        Arbitrary<GenerationId> generations = new AnyEvent().generationIds();
        Arbitrary<Integer> attempts = Arbitraries.integers().greaterOrEqual(1);
        Arbitrary<Integer> sequences = Arbitraries.integers().greaterOrEqual(0);
        Arbitrary<CacheVerdict> verdicts = Arbitraries.of(CacheVerdict.class);
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        Arbitrary<String> retryAfter = Arbitraries.of("", "1", "Fri, 31 Dec 1999 23:59:59 GMT");
        Arbitrary<Optional<AnsweredBy>> answeredBy =
                Arbitraries.of(Optional.empty(), Optional.of(new AnsweredBy("claude-haiku-5-5", "score")));
        Arbitrary<Delta> frames = Combinators.combine(
                        generations, attempts, sequences, verdicts, bytes, Arbitraries.of(true, false), answeredBy)
                .as((generation, attempt, sequence, verdict, value, last, by) ->
                        new Frames(generation, attempt, sequence, verdict, value, last, by, check(generation, last)));
        Arbitrary<Delta> failed = Combinators.combine(
                        generations,
                        attempts,
                        sequences,
                        verdicts,
                        Arbitraries.integers().between(400, 599),
                        retryAfter,
                        Arbitraries.of(true, false),
                        bytes)
                .as(Failed::new);
        Arbitrary<Delta> heartbeats =
                Combinators.combine(generations, attempts, sequences, bytes).as(Heartbeat::new);
        Arbitrary<Delta> recorded =
                Combinators.combine(generations, attempts, sequences).as(Recorded::new);
        Arbitrary<Delta> released =
                Combinators.combine(generations, attempts, sequences).as(Released::new);
        Arbitrary<Delta> followed =
                Combinators.combine(generations, attempts, sequences).as(Followed::new);
        return Arbitraries.oneOf(frames, failed, heartbeats, followed, released, recorded);
    }
}
