package dev.parley.gateway.session;

import java.util.Locale;

/** The key of those who issue keys. Without one, nobody does. */
public final class AdminKey {
    private static final int NAME_DIGITS = 12;

    private final String sha256;

    /**
     * Makes a guard.
     *
     * @param sha256 of the key in UTF-8, in hexadecimal digits; empty for none
     */
    public AdminKey(String sha256) {
        this.sha256 = sha256.toLowerCase(Locale.ROOT);
    }

    /** Tells this admin key from others in what auditors read; the key cannot be found by it. */
    public String name() {
        return "admin-" + sha256.substring(0, Math.min(NAME_DIGITS, sha256.length()));
    }

    public boolean exists() {
        return !sha256.isEmpty();
    }

    public boolean is(String key) {
        return exists() && Sha256.equal(sha256, Sha256.of(key));
    }
}
