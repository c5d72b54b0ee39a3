package dev.parley.simulator.answer;

import java.util.random.RandomGenerator;

/** Generates identifiers in the form of the API's. The source of randomness is used by several threads. */
public final class Ids {
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int LENGTH = 22;
    private static final int SIGNATURE_LENGTH = 188;

    private final RandomGenerator random;

    public Ids(RandomGenerator random) {
        this.random = random;
    }

    public String message() {
        return "msg_01" + letters(LENGTH);
    }

    public String toolUse() {
        return "toolu_01" + letters(LENGTH);
    }

    public String request() {
        return "req_011C" + letters(LENGTH - 2);
    }

    /** The signature of a thinking block. */
    String signature() {
        return "Eq" + letters(SIGNATURE_LENGTH - 4) + "==";
    }

    private String letters(int count) {
        StringBuilder letters = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return letters.toString();
    }
}
