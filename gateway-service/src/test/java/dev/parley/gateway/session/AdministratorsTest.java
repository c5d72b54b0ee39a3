package dev.parley.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.Sha256;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdministratorsTest {
    private static final String ANNA = Sha256.of("key of anna");
    private static final String BEN = Sha256.of("key of ben");

    @Test
    void findsEachByTheirKey() {
        Administrators administrators = of("", "anna=" + ANNA, " ben@example.com=" + BEN.toUpperCase(Locale.ROOT));
        assertThat(administrators.exist()).isTrue();
        assertThat(administrators.find("key of anna")).contains(new Administrator("anna"));
        assertThat(administrators.find("key of ben")).contains(new Administrator("ben@example.com"));
        assertThat(administrators.find("key of carl")).isEmpty();
        assertThat(administrators.find(ANNA)).as("the hash").isEmpty();
        assertThat(administrators.find("")).isEmpty();
    }

    @Test
    void callsTheKeyWithoutANameAfterItsHash() {
        Administrators administrators = of(ANNA.toUpperCase(Locale.ROOT), "ben=" + BEN);
        assertThat(administrators.find("key of anna")).contains(new Administrator("admin-" + ANNA.substring(0, 12)));
        assertThat(administrators.find("key of ben")).contains(new Administrator("ben"));
    }

    @Test
    void doNotExistWithoutAKey() {
        assertThat(of("").exist()).isFalse();
        assertThat(of("").find("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "anna", "anna=secret", "=" + "0", "anna ", "an na=%s", "-anna=%s", "anna=%s0", "anna:%s"})
    void rejectsMalformedEntriesWithoutShowingThem(String entry) {
        assertThatThrownBy(() -> of("", "ben=" + BEN, entry.formatted(ANNA)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("entry 2")
                .hasMessageNotContainingAny("secret", ANNA, BEN);
    }

    @Test
    void rejectsTheSameNameOrKeyTwice() {
        assertThatThrownBy(() -> of("", "anna=" + ANNA, "anna=" + BEN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two administrators have the name anna");
        assertThatThrownBy(() -> of("", "anna=" + ANNA, "ben=" + ANNA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("entry 2")
                .hasMessageNotContaining(ANNA);
        assertThatThrownBy(() -> of(ANNA, "ben=" + BEN, "admin-" + ANNA.substring(0, 12) + "=" + Sha256.of("another")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Administrators of(String unnamed, String... named) {
        return Administrators.of(new SessionSettings("", unnamed, List.of(named), OnDisconnect.GRACE, List.of()));
    }
}
