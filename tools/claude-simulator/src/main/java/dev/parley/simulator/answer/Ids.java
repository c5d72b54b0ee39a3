package dev.parley.simulator.answer;

import static java.util.stream.Collectors.joining;

import java.util.random.RandomGenerator;

/** Generates identifiers in the form of the API's. The source of randomness is used by several threads. */
public record Ids(RandomGenerator random) {
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int LENGTH = 22;
    private static final int SIGNATURE_LENGTH = 188;

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
        return random.ints(count, 0, ALPHABET.length())
                .mapToObj(i -> ALPHABET.substring(i, i + 1))
                .collect(joining());
    }
}
