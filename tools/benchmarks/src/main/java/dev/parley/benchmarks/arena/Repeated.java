package dev.parley.benchmarks.arena;

import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.SpokenTokens;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.Request;
import java.net.URI;
import java.util.List;

/** Questions that have been asked often enough. */
public final class Repeated {
    private static final int TRIES_MAX = 5;
    private static final double PER_SECOND = 50;

    private Repeated() {}

    /** Asks these questions until Claude has nothing to say to any of them: their answers come from the cache. */
    public static void untilCached(Arena arena, Contestant contestant, List<Request> questions)
            throws InterruptedException {
        URI claude = arena.contestants().stack().stack().simulator();
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            long before = SpokenTokens.of(claude);
            arena.generator()
                    .run(new Load(contestant.target(), Arrivals.even(PER_SECOND, questions.size()), questions));
            if (SpokenTokens.of(claude) == before) {
                return;
            }
            arena.calm();
        }
        throw new IllegalStateException("answers to repeated questions do not come from the cache");
    }
}
