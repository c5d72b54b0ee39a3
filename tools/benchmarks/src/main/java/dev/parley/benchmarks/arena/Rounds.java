package dev.parley.benchmarks.arena;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Takes turns, in another order each round: what the machine does meanwhile befalls all of them alike. */
public final class Rounds {
    /** What one contestant does in each round. */
    public interface Turn {
        void take() throws InterruptedException;
    }

    private Rounds() {}

    public static void shuffled(Arena arena, String what, int rounds, List<Turn> turns) throws InterruptedException {
        List<Turn> order = new ArrayList<>(turns);
        for (int round = 1; round <= rounds; round++) {
            arena.say(what + ", round " + round + " of " + rounds);
            Collections.shuffle(order, arena.random());
            for (Turn turn : order) {
                arena.calm();
                turn.take();
            }
        }
    }
}
