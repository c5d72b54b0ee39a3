package dev.parley.deployment.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ServiceModuleTest {
    static Iterable<ServiceModule> modules() {
        return ServiceModule.all(Checkout.here());
    }

    /** A default in its place would let a test pass that looks for a setting which has been removed. */
    @ParameterizedTest
    @MethodSource("modules")
    void aLookUpOfASettingThatDoesNotExistFails(ServiceModule module) {
        assertThat(module.setting("/spring/application/name").asString()).isEqualTo(module.name());
        assertThatThrownBy(() -> module.setting("/spring/application/title"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no setting /spring/application/title");
    }
}
