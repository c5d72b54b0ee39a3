package dev.parley.gateway.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask.
 *
 * @param localKey a key in clear for work on one machine, empty for none; refused unless the gateway listens on a
 *     loopback address
 * @param adminKeySha256 of the key that may issue keys, in hexadecimal digits; empty if nobody may
 * @param onDisconnect what becomes of an answer when its reader goes, for keys that do not say
 * @param keys all others
 */
public record SessionSettings(
        String localKey, String adminKeySha256, OnDisconnect onDisconnect, List<KeySettings> keys) {
    public SessionSettings {
        keys = List.copyOf(keys);
    }

    OnDisconnect onDisconnectOf(KeySettings key) {
        return key.onDisconnect() == null ? onDisconnect : key.onDisconnect();
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
     * @param onDisconnect null for the default of all keys
     */
    public record KeySettings(
            String name,
            String tenant,
            String sha256,
            @Nullable OnDisconnect onDisconnect) {}
}
