package dev.parley.gateway.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Slows those who try keys: after some wrong keys in a minute from one address (of IPv6, one network), each further one is
 * answered a second later, and beyond that not looked into. A right key is never delayed, so nobody is locked out by who
 * shares their address. Remembers a bounded number of addresses, those seen last.
 */
public final class WrongKeys {
    static final String RETRY_AFTER = "60";

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int NETWORK_BYTES = 8;

    private final WrongKeySettings settings;
    private final Clock clock;

    /** Guarded by itself, which only who has a wrong key waits for. */
    private final Map<String, Tries> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tries> eldest) {
            return size() > settings.addressesMax();
        }
    };

    /** How often since when. */
    private record Tries(Instant since, int count) {}

    public WrongKeys(WrongKeySettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** How long the refusal of a wrong key from there is to wait; empty if there are too many to be told at all. */
    Optional<Duration> delay(@Nullable InetSocketAddress from) {
        int count = count(from == null || from.getAddress() == null ? "" : network(from.getAddress()));
        if (count <= settings.freePerMinute()) {
            return Optional.of(Duration.ZERO);
        }
        return count <= settings.delayedPerMinute() ? Optional.of(settings.delay()) : Optional.empty();
    }

    private int count(String address) {
        Instant now = clock.instant();
        synchronized (byAddress) {
            return byAddress
                    .merge(
                            address,
                            new Tries(now, 1),
                            (before, first) -> before.since().plus(WINDOW).isAfter(now)
                                    ? new Tries(before.since(), before.count() + 1)
                                    : first)
                    .count();
        }
    }

    private static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }
}
