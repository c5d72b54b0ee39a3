package dev.parley.gateway.web.response;

import dev.parley.contracts.BoundedMap;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rate-limits failed API-key attempts per client address (for IPv6 per network): after some invalid keys in a minute each further
 * response is delayed, and beyond that rejected. A valid key is never delayed, so that clients behind a shared address are not
 * locked out. Counts a bounded number of addresses, the most recent ones.
 */
public final class KeyGuessThrottle {
    static final String RETRY_AFTER = "60";

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int NETWORK_BYTES = 8;

    private final KeyGuessSettings settings;
    private final LongSupplier nanoTime;

    /** Guarded by itself. Only requests with an invalid key take the lock. */
    private final Map<String, Tries> byAddress;

    /** The number of attempts since a time, by {@link System#nanoTime()}. */
    private record Tries(long since, int count) {
        Tries and(Tries next) {
            return next.since - since < WINDOW.toNanos() ? new Tries(since, count + 1) : next;
        }
    }

    public KeyGuessThrottle(KeyGuessSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.byAddress = BoundedMap.ofLastUsed(settings.addressesMax());
    }

    /** The delay of the response to an invalid key from an address; empty if it gets 429. */
    Optional<Duration> delay(@Nullable InetSocketAddress from) {
        int count = count(from == null || from.getAddress() == null ? "" : network(from.getAddress()));
        if (count <= settings.freePerMinute()) {
            return Optional.of(Duration.ZERO);
        }
        return count <= settings.delayedPerMinute() ? Optional.of(settings.delay()) : Optional.empty();
    }

    private int count(String address) {
        Tries first = new Tries(nanoTime.getAsLong(), 1);
        synchronized (byAddress) {
            return byAddress.merge(address, first, Tries::and).count();
        }
    }

    private static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }
}
