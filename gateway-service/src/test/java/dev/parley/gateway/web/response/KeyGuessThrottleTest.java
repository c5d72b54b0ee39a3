package dev.parley.gateway.web.response;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyGuessThrottleTest {
    private static final Optional<Duration> IMMEDIATE = Optional.of(Duration.ZERO);
    private static final Optional<Duration> DELAYED = Optional.of(Duration.ofSeconds(1));
    private static final Optional<Duration> REFUSED = Optional.empty();

    private final KeyGuessThrottle throttle =
            new KeyGuessThrottle(new KeyGuessSettings(2, Duration.ofSeconds(1), 3, 2), () -> this.nanos);
    private long nanos;

    @Test
    void delaysAndThenRefusesAnAddress() throws Exception {
        assertThat(tries("192.0.2.1", 5)).containsExactly(IMMEDIATE, IMMEDIATE, DELAYED, REFUSED, REFUSED);
        assertThat(tries("192.0.2.2", 1)).containsExactly(IMMEDIATE);
        nanos += Duration.ofMinutes(1).toNanos();
        assertThat(tries("192.0.2.1", 1)).containsExactly(IMMEDIATE);
    }

    @Test
    void countsAnIpv6NetworkAsOneAddress() throws Exception {
        tries("2001:db8::1", 2);
        assertThat(tries("2001:db8::2", 1)).containsExactly(DELAYED);
        assertThat(tries("2001:db8:0:1::2", 1)).containsExactly(IMMEDIATE);
    }

    @Test
    void keepsTheMostRecentAddresses() throws Exception {
        tries("192.0.2.1", 2);
        tries("192.0.2.2", 2);
        tries("192.0.2.1", 1);
        tries("192.0.2.3", 1);
        assertThat(tries("192.0.2.1", 1)).containsExactly(REFUSED);
        assertThat(tries("192.0.2.2", 1)).containsExactly(IMMEDIATE);
    }

    private List<Optional<Duration>> tries(String address, int times) throws Exception {
        InetSocketAddress from = new InetSocketAddress(InetAddress.getByName(address), 1);
        return Stream.generate(() -> throttle.delay(from)).limit(times).toList();
    }
}
