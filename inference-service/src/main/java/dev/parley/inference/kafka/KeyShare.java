package dev.parley.inference.kafka;

/**
 * Whether a key has more than its share of what this replica has for all keys. The last fifth is for keys that hold less than a
 * fifth: one key alone may hold four fifths, and never all.
 */
final class KeyShare {
    private static final int PARTS = 5;

    private KeyShare() {}

    /**
     * Decides.
     *
     * @param most of all keys together; below 5, no key has a share
     * @param taken of all keys, with what the key asks for
     * @param own of the key, with what it asks for
     */
    static boolean isExceeded(long most, long taken, long own) {
        long share = most / PARTS;
        return own > share && taken > most - share;
    }
}
