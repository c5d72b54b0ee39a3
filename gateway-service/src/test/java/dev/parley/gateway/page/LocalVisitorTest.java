package dev.parley.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalVisitorTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost, same-origin, true",
        "127.0.0.1, 127.0.0.1, same-origin, true",
        "::1,       [::1],     same-origin, true",
        "::1,       ::1,       none,        true",
        "127.0.0.1, localhost, ,            true",
        // Another site's page, under its own name that it had resolved to this machine.
        "127.0.0.1, attacker.example,           same-origin, false",
        "127.0.0.1, localhost.attacker.example, same-origin, false",
        "127.0.0.1, '',        same-origin, false",
        // Another site's page that asks this machine.
        "127.0.0.1, localhost, cross-site,  false",
        "127.0.0.1, localhost, same-site,   false",
        // Another machine.
        "192.0.2.7, localhost, same-origin, false",
        "10.0.0.1,  10.0.0.1,  ,            false",
    })
    void welcomesOnlyThisMachine(String address, String host, String fetchSite, boolean welcome) throws Exception {
        var visitor = new LocalVisitor(InetAddress.getByName(address), host, Optional.ofNullable(fetchSite));
        assertThat(visitor.isWelcome()).isEqualTo(welcome);
    }

    @Test
    void doesNotWelcomeWhoseAddressIsUnknown() {
        assertThat(new LocalVisitor(null, "localhost", Optional.empty()).isWelcome())
                .isFalse();
    }
}
