package dev.parley.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.session.SessionSettings.KeySettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {
    /** The hash of {@code secret}. */
    private static final KeySettings ACME =
            new KeySettings("web", "acme", "2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B");

    @Test
    void knowsAKeyByItsHash() throws UnknownHostException {
        Keys keys = Keys.of(new SessionSettings("", List.of(ACME)), address("192.0.2.1"));
        assertThat(keys.of("secret").block()).isEqualTo(new Caller(new TenantId("acme"), "web"));
        assertThat(keys.of("Secret").block()).isNull();
        assertThat(keys.of("").block()).isNull();
    }

    @Test
    void acceptsTheLocalKeyOnALoopbackAddress() throws UnknownHostException {
        Keys keys = Keys.of(new SessionSettings("local-key", List.of()), address("127.0.0.1"));
        assertThat(keys.of("local-key").block()).isEqualTo(new Caller(new TenantId("local"), "local"));
    }

    @Test
    void refusesALocalKeyThatOthersCouldUse() throws UnknownHostException {
        InetAddress reachable = address("0.0.0.0");
        SessionSettings settings = new SessionSettings("local-key", List.of());
        assertThatThrownBy(() -> Keys.of(settings, reachable)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsTheKeyOutOfLogs() {
        assertThat(new SessionSettings("local-key", List.of(ACME)).toString()).doesNotContain("local-key");
    }

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }
}
