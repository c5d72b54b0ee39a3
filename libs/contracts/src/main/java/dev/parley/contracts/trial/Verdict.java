package dev.parley.contracts.trial;

import dev.parley.contracts.TextEnum;

/** The quality of an answer against that of another one. */
public enum Verdict implements TextEnum {
    BETTER,
    EQUAL,
    WORSE;

    /** The verdict of two comparisons in opposite orders. A judge that contradicts itself sees no difference. */
    public static Verdict of(Verdict placedFirst, Verdict placedSecond) {
        return placedFirst == placedSecond ? placedFirst : EQUAL;
    }

    /** Whether the answer could have replaced the other one. */
    public boolean suffices() {
        return this != WORSE;
    }
}
