package dev.parley.gateway.session;

import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.id.TenantId;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Knows the keys by their hashes: those that are configured, and those that were issued. */
public final class Keys implements Sessions {
    private static final TenantId LOCAL = new TenantId("local");

    private final Map<String, Caller> configured;
    private final IssuedKeys issued;

    private Keys(Map<String, Caller> configured, IssuedKeys issued) {
        this.configured = Map.copyOf(configured);
        this.issued = issued;
    }

    /**
     * The keys of a gateway.
     *
     * @param issued those that come and go
     * @param listensOn the address the gateway is reached under
     * @throws IllegalArgumentException if a local key is configured for an address that others can reach
     */
    public static Keys of(SessionSettings settings, IssuedKeys issued, InetAddress listensOn) {
        Map<String, Caller> callers = new HashMap<>(settings.keys().stream()
                .collect(toMap(
                        key -> key.sha256().toLowerCase(Locale.ROOT),
                        key -> new Caller(new TenantId(key.tenant()), key.name(), settings.onDisconnectOf(key)))));
        if (!settings.localKey().isEmpty()) {
            if (!listensOn.isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        "the local key is for a gateway on a loopback address, this one listens on " + listensOn);
            }
            callers.put(Sha256.of(settings.localKey()), new Caller(LOCAL, "local", settings.onDisconnect()));
        }
        return new Keys(callers, issued);
    }

    @Override
    public Mono<Caller> of(String key) {
        String hash = Sha256.of(key);
        return Mono.justOrEmpty(Optional.ofNullable(configured.get(hash)).or(() -> issued.find(hash)));
    }

    @Override
    public boolean complete() {
        return issued.complete();
    }
}
