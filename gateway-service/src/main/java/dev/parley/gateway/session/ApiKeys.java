package dev.parley.gateway.session;

import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks up callers by the hashes of their keys: configured and issued ones. */
public final class ApiKeys {
    private static final TenantId LOCAL = new TenantId("local");

    private final Map<String, Caller> configured;
    private final IssuedKeys issued;

    private ApiKeys(Map<String, Caller> configured, IssuedKeys issued) {
        this.configured = Map.copyOf(configured);
        this.issued = issued;
    }

    /** The keys of a gateway that listens on this address; only a loopback address permits a local key. */
    public static ApiKeys of(SessionSettings settings, IssuedKeys issued, InetAddress listensOn) {
        Map<String, Caller> callers = new HashMap<>(settings.keys().stream()
                .collect(toMap(
                        key -> key.sha256().toLowerCase(Locale.ROOT),
                        key -> new Caller(
                                new TenantId(key.tenant()),
                                key.name(),
                                settings.onDisconnectOf(key),
                                Optional.empty(),
                                KeyLimits.NONE,
                                key.scopesOrNone(),
                                key.similarOrOff(),
                                Optional.ofNullable(key.similarCosineMin())))));
        if (!settings.localKey().isEmpty()) {
            if (!listensOn.isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        "the local key is for a gateway on a loopback address, this one listens on " + listensOn);
            }
            callers.put(
                    Sha256.of(settings.localKey()),
                    new Caller(LOCAL, "local", settings.onDisconnect(), Set.of(KeyIssued.PUBLISH)));
        }
        return new ApiKeys(callers, issued);
    }

    public KeyLookup find(String key) {
        String hash = Sha256.of(key);
        return Optional.ofNullable(configured.get(hash))
                .<KeyLookup>map(KeyLookup.Valid::new)
                .orElseGet(() -> issued.find(hash));
    }
}
