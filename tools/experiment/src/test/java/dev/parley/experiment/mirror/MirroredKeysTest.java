package dev.parley.experiment.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.contracts.key.Mirror;
import dev.parley.experiment.ExampleTrials;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MirroredKeysTest {
    private static final KeyId KEY = ExampleTrials.key(1);
    private static final Mirror TENTH = mirror("0.1");

    private final MirroredKeys keys = new MirroredKeys();

    private static Mirror mirror(String share) {
        return new Mirror(ExampleTrials.CHEAPER, new BigDecimal(share), BigDecimal.ONE, Map.of());
    }

    private void issued(Optional<Mirror> mirror) {
        keys.apply(ExampleTrials.issued(KEY, mirror));
    }

    @Test
    void theNewestEventOfAKeyCounts() {
        issued(Optional.of(TENTH));
        assertThat(keys.of(KEY)).contains(TENTH);
        issued(Optional.of(mirror("0.2")));
        assertThat(keys.of(KEY)).contains(mirror("0.2"));
        issued(Optional.empty());
        assertThat(keys.of(KEY)).isEmpty();
    }

    @Test
    void aChangeThatCameTooLateDoesNotCount() {
        keys.apply(ExampleTrials.issued(KEY, Optional.of(TENTH)).withVersion(Optional.of(2L)));
        keys.apply(ExampleTrials.issued(KEY, Optional.of(mirror("0.2"))).withVersion(Optional.of(2L)));
        assertThat(keys.of(KEY)).contains(TENTH);
        keys.apply(ExampleTrials.issued(KEY, Optional.of(mirror("0.2"))).withVersion(Optional.of(3L)));
        assertThat(keys.of(KEY)).contains(mirror("0.2"));
    }

    @Test
    void aRevokedKeyStaysRevoked() {
        issued(Optional.of(TENTH));
        keys.apply(new KeyRevoked(KEY, new TenantId("acme"), "web", ExampleTrials.NOW));
        assertThat(keys.of(KEY)).isEmpty();
        issued(Optional.of(TENTH));
        assertThat(keys.of(KEY)).isEmpty();
        assertThat(keys.count()).isZero();
    }

    @Test
    void aSuspendedMirrorBeginsAgainWhenItIsChanged() {
        issued(Optional.of(TENTH));
        keys.suspend(KEY, TENTH);
        assertThat(keys.of(KEY)).isEmpty();
        issued(Optional.of(TENTH));
        assertThat(keys.of(KEY)).isEmpty();
        issued(Optional.of(mirror("0.2")));
        assertThat(keys.of(KEY)).isPresent();
    }
}
