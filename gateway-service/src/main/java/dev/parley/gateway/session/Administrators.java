package dev.parley.gateway.session;

import dev.parley.contracts.Sha256;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The admin keys, by their hashes. Without any, the API of operators does not exist. */
public final class Administrators {
    private static final Pattern ENTRY = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._@-]{0,63})=([0-9A-Fa-f]{64})");
    private static final int UNNAMED_DIGITS = 12;

    private final Map<String, Administrator> byHash;

    private Administrators(Map<String, Administrator> byHash) {
        this.byHash = Map.copyOf(byHash);
    }

    /**
     * The administrators of the settings. The key without a name is called after the first digits of its hash.
     *
     * @throws IllegalArgumentException if an entry is malformed, or two have the same name or key; the message contains
     *     no key, because one may have been given in place of its hash
     */
    public static Administrators of(SessionSettings settings) {
        Map<String, Administrator> byHash = new HashMap<>();
        String unnamed = settings.adminKeySha256().toLowerCase(Locale.ROOT);
        if (!unnamed.isEmpty()) {
            String name = "admin-" + unnamed.substring(0, Math.min(UNNAMED_DIGITS, unnamed.length()));
            byHash.put(unnamed, new Administrator(name));
        }
        List<String> entries = settings.administrators();
        for (int i = 0; i < entries.size(); i++) {
            Matcher entry = ENTRY.matcher(entries.get(i).strip());
            if (!entry.matches()) {
                throw new IllegalArgumentException(
                        "administrators are entries NAME=SHA256, with letters, digits, ., _, @"
                                + " and - in the name and 64 hexadecimal digits; this is not so in entry " + (i + 1));
            }
            String hash = entry.group(2).toLowerCase(Locale.ROOT);
            if (byHash.putIfAbsent(hash, new Administrator(entry.group(1))) != null) {
                throw new IllegalArgumentException(
                        "entry " + (i + 1) + " of the administrators has the key of another");
            }
        }
        requireDistinctNames(byHash);
        return new Administrators(byHash);
    }

    private static void requireDistinctNames(Map<String, Administrator> byHash) {
        Set<Administrator> names = new HashSet<>();
        byHash.values().forEach(administrator -> {
            if (!names.add(administrator)) {
                throw new IllegalArgumentException("two administrators have the name " + administrator.name());
            }
        });
    }

    public boolean exist() {
        return !byHash.isEmpty();
    }

    public Optional<Administrator> find(String key) {
        return Optional.ofNullable(byHash.get(Sha256.of(key)));
    }
}
