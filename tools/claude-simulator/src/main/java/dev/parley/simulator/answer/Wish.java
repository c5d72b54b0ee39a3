package dev.parley.simulator.answer;

/** What the answer's text should be. */
public sealed interface Wish {
    /** Whatever suits the question. */
    record Anything() implements Wish {}

    /** Whatever suits the question, in just so many tokens. */
    record Length(int tokens) implements Wish {}

    /** Exactly these words. */
    record Words(String text) implements Wish {}
}
