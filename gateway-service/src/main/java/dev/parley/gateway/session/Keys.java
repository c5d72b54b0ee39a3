package dev.parley.gateway.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.id.TenantId;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Knows the keys by their hashes. */
public final class Keys implements Sessions {
    private static final TenantId LOCAL = new TenantId("local");

    private final Map<String, Caller> callersByHash;

    private Keys(Map<String, Caller> callersByHash) {
        this.callersByHash = Map.copyOf(callersByHash);
    }

    /**
     * The configured keys.
     *
     * @param listensOn the address the gateway is reached under
     * @throws IllegalArgumentException if a local key is configured for an address that others can reach
     */
    public static Keys of(SessionSettings settings, InetAddress listensOn) {
        Map<String, Caller> callers = new HashMap<>(settings.keys().stream()
                .collect(toMap(
                        key -> key.sha256().toLowerCase(Locale.ROOT),
                        key -> new Caller(new TenantId(key.tenant()), key.name(), settings.onDisconnectOf(key)))));
        if (!settings.localKey().isEmpty()) {
            if (!listensOn.isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        "the local key is for a gateway on a loopback address, this one listens on " + listensOn);
            }
            callers.put(sha256(settings.localKey()), new Caller(LOCAL, "local", settings.onDisconnect()));
        }
        return new Keys(callers);
    }

    @Override
    public Mono<Caller> of(String key) {
        return Mono.justOrEmpty(callersByHash.get(sha256(key)));
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
