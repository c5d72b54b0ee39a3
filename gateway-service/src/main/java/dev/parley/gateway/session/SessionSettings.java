package dev.parley.gateway.session;

import java.util.List;

/**
 * Who may ask.
 *
 * @param localKey a key in clear for work on one machine, empty for none; refused unless the gateway listens on a
 *     loopback address
 * @param keys all others
 */
public record SessionSettings(String localKey, List<KeySettings> keys) {
    public SessionSettings {
        keys = List.copyOf(keys);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "SessionSettings[" + keys.size() + " keys]";
    }

    /**
     * One key.
     *
     * @param sha256 of the key in UTF-8, in hexadecimal digits
     */
    public record KeySettings(String name, String tenant, String sha256) {}
}
