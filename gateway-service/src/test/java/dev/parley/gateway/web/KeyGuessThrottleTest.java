package dev.parley.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.TestClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyGuessThrottleTest {
    private static final Optional<Duration> AT_ONCE = Optional.of(Duration.ZERO);
    private static final Optional<Duration> LATER = Optional.of(Duration.ofSeconds(1));
    private static final Optional<Duration> NOT_AT_ALL = Optional.empty();

    private final TestClock clock = new TestClock(Instant.parse("2026-11-24T09:00:00Z"));
    private final KeyGuessThrottle wrong =
            new KeyGuessThrottle(new KeyGuessSettings(2, Duration.ofSeconds(1), 3, 2), clock);

    @Test
    void slowsAnAddressThatGoesOn() throws Exception {
        assertThat(tries("192.0.2.1", 5)).containsExactly(AT_ONCE, AT_ONCE, LATER, NOT_AT_ALL, NOT_AT_ALL);
        assertThat(tries("192.0.2.2", 1)).containsExactly(AT_ONCE);
        clock.pass(Duration.ofMinutes(1));
        assertThat(tries("192.0.2.1", 1)).containsExactly(AT_ONCE);
    }

    @Test
    void takesANetworkOfIpv6ForOneAddress() throws Exception {
        tries("2001:db8::1", 2);
        assertThat(tries("2001:db8::2", 1)).containsExactly(LATER);
        assertThat(tries("2001:db8:0:1::2", 1)).containsExactly(AT_ONCE);
    }

    @Test
    void remembersTheAddressesSeenLast() throws Exception {
        tries("192.0.2.1", 2);
        tries("192.0.2.2", 2);
        tries("192.0.2.1", 1);
        tries("192.0.2.3", 1);
        assertThat(tries("192.0.2.1", 1)).containsExactly(NOT_AT_ALL);
        assertThat(tries("192.0.2.2", 1)).containsExactly(AT_ONCE);
    }

    private List<Optional<Duration>> tries(String address, int times) throws Exception {
        InetSocketAddress from = new InetSocketAddress(InetAddress.getByName(address), 1);
        return Stream.generate(() -> wrong.delay(from)).limit(times).toList();
    }
}
