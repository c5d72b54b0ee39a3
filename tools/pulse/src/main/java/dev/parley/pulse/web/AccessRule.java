package dev.parley.pulse.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import dev.parley.contracts.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides which requests may read snapshots. With a key: those that present it. Without one, the server listens on a
 * loopback address and rejects cross-site requests (Fetch Metadata) and other host names (DNS rebinding).
 */
public final class AccessRule {
    private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern HOST = Pattern.compile("(.*?)(:\\d{1,5})?");
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");
    private static final String BEARER = "Bearer ";

    private final byte[] keySha256;

    /** The decision on a request. */
    enum Access {
        GRANTED,
        KEY_MISSING,
        KEY_WRONG,
        NOT_LOCAL
    }

    /**
     * Makes a rule.
     *
     * @param keySha256 SHA-256 of the key in UTF-8, in hexadecimal digits; empty for none
     */
    public AccessRule(String keySha256) {
        this.keySha256 = HexFormat.of().parseHex(keySha256);
    }

    Access decide(Headers request) {
        if (keySha256.length == 0) {
            return isLocal(request) ? Access.GRANTED : Access.NOT_LOCAL;
        }
        Optional<String> key = key(request);
        if (key.isEmpty()) {
            return Access.KEY_MISSING;
        }
        return MessageDigest.isEqual(keySha256, Sha256.begin().digest(key.get().getBytes(UTF_8)))
                ? Access.GRANTED
                : Access.KEY_WRONG;
    }

    private static boolean isLocal(Headers request) {
        Matcher host =
                HOST.matcher(Optional.ofNullable(request.getFirst("host")).orElse(""));
        return host.matches()
                && LOOPBACK_HOSTS.contains(host.group(1))
                && Optional.ofNullable(request.getFirst("sec-fetch-site"))
                        .map(OWN_SITES::contains)
                        .orElse(true);
    }

    private static Optional<String> key(Headers request) {
        return Optional.ofNullable(request.getFirst("x-api-key"))
                .or(() -> Optional.ofNullable(request.getFirst("authorization"))
                        .filter(value -> value.startsWith(BEARER))
                        .map(value -> value.substring(BEARER.length())))
                .filter(key -> !key.isBlank());
    }
}
