package dev.parley.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.session.SessionSettings.ConfiguredKey;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private static final IssuedKeys ISSUED = new IssuedKeys(OnDisconnect.GRACE, Clock.systemUTC());

    private static final BigDecimal COSINE_MIN = new BigDecimal("0.92");

    /** The hash of {@code secret}. */
    private static final ConfiguredKey ACME = new ConfiguredKey(
            "web", "acme", "2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B", null, null, null, null);

    @Test
    void findsAKeyByItsHash() throws UnknownHostException {
        ApiKeys keys = ApiKeys.of(
                new SessionSettings("", "", List.of(), OnDisconnect.GRACE, List.of(ACME)),
                ISSUED,
                address("192.0.2.1"));
        assertThat(keys.find("secret"))
                .isEqualTo(new KeyLookup.Valid(new Caller(new TenantId("acme"), "web", OnDisconnect.GRACE, Set.of())));
        assertThat(keys.find("Secret")).isEqualTo(new KeyLookup.NotReadYet());
        assertThat(keys.find("")).isEqualTo(new KeyLookup.NotReadYet());
    }

    @Test
    void appliesThePolicyAndTheReuseOfAKey() throws UnknownHostException {
        ConfiguredKey batch = new ConfiguredKey(
                "batch", "acme", ACME.sha256(), OnDisconnect.CONTINUE, null, SimilarMode.STRICT, COSINE_MIN);
        ApiKeys keys = ApiKeys.of(
                new SessionSettings("", "", List.of(), OnDisconnect.CANCEL, List.of(batch)),
                ISSUED,
                address("192.0.2.1"));
        assertThat(keys.find("secret")).isInstanceOfSatisfying(KeyLookup.Valid.class, valid -> {
            assertThat(valid.caller().onDisconnect()).isEqualTo(OnDisconnect.CONTINUE);
            assertThat(valid.caller().similar()).isEqualTo(SimilarMode.STRICT);
            assertThat(valid.caller().similarCosineMin()).contains(COSINE_MIN);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"88", "-1", "0.77"})
    void refusesACosineOutOfItsBounds(String cosineMin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConfiguredKey(
                        "batch", "acme", ACME.sha256(), null, null, SimilarMode.STRICT, new BigDecimal(cosineMin)))
                .withMessageContaining("batch");
    }

    @Test
    void acceptsTheLocalKeyOnALoopbackAddress() throws UnknownHostException {
        ApiKeys keys = ApiKeys.of(
                new SessionSettings("local-key", "", List.of(), OnDisconnect.GRACE, List.of()),
                ISSUED,
                address("127.0.0.1"));
        assertThat(keys.find("local-key"))
                .isEqualTo(new KeyLookup.Valid(
                        new Caller(new TenantId("local"), "local", OnDisconnect.GRACE, Set.of("publish"))));
    }

    @Test
    void rejectsALocalKeyOnAReachableAddress() throws UnknownHostException {
        InetAddress reachable = address("0.0.0.0");
        SessionSettings settings = new SessionSettings("local-key", "", List.of(), OnDisconnect.GRACE, List.of());
        assertThatThrownBy(() -> ApiKeys.of(settings, ISSUED, reachable)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsTheKeyOutOfLogs() {
        assertThat(new SessionSettings("local-key", "", List.of(), OnDisconnect.GRACE, List.of(ACME)).toString())
                .doesNotContain("local-key");
    }

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }
}
