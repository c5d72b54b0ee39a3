package dev.parley.gateway;

/**
 * How the ids of generations are made.
 *
 * @param idSecret what they are signed with, at least 32 characters, the same at all gateways; empty for the id of the Kafka
 *     cluster
 */
public record GenerationSettings(String idSecret) {
    private static final int LENGTH_MIN = 32;

    public GenerationSettings {
        if (!idSecret.isEmpty() && idSecret.length() < LENGTH_MIN) {
            throw new IllegalArgumentException("id-secret has at least " + LENGTH_MIN + " characters");
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "GenerationSettings[" + (idSecret.isEmpty() ? "none" : "a secret") + "]";
    }
}
