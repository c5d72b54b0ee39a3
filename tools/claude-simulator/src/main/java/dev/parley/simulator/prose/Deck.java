package dev.parley.simulator.prose;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Phrases in a random order, none drawn twice before all have been drawn. */
final class Deck {
    private final List<String> phrases;
    private int drawn;

    Deck(List<String> phrases, Random random) {
        this.phrases = new ArrayList<>(phrases);
        Collections.shuffle(this.phrases, random);
    }

    String draw() {
        return phrases.get(drawn++ % phrases.size());
    }

    List<String> draw(int count) {
        List<String> several = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            several.add(draw());
        }
        return several;
    }
}
