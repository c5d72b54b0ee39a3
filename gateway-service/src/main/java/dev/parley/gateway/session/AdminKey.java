package dev.parley.gateway.session;

import java.util.Locale;

/** The operators' key for {@code /admin/keys}. Without one, keys cannot be issued. */
public final class AdminKey {
    private static final int NAME_DIGITS = 12;

    /** SHA-256 of the key in UTF-8, in hexadecimal digits; empty for no key. */
    private final String sha256;

    public AdminKey(String sha256) {
        this.sha256 = sha256.toLowerCase(Locale.ROOT);
    }

    /** Identifies this admin key in audit events, without revealing the key. */
    public String name() {
        return "admin-" + sha256.substring(0, Math.min(NAME_DIGITS, sha256.length()));
    }

    public boolean exists() {
        return !sha256.isEmpty();
    }

    public boolean matches(String key) {
        return exists() && Sha256.equal(sha256, Sha256.of(key));
    }
}
