package dev.parley.gateway;

/**
 * How the ids of generations are signed.
 *
 * @param idSecret of at least 32 characters, the same for all gateways; empty to use the id of the Kafka cluster
 */
public record GenerationIdSettings(String idSecret) {
    private static final int LENGTH_MIN = 32;

    public GenerationIdSettings {
        if (!idSecret.isEmpty() && idSecret.length() < LENGTH_MIN) {
            throw new IllegalArgumentException("id-secret has at least " + LENGTH_MIN + " characters");
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "GenerationIdSettings[" + (idSecret.isEmpty() ? "none" : "a secret") + "]";
    }
}
