package dev.parley.deployment.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ServiceModuleTest {
    static Iterable<ServiceModule> modules() {
        return ServiceModule.all(Checkout.here());
    }

    /** A default would hide a removed setting from the tests. */
    @ParameterizedTest
    @MethodSource("modules")
    void lookingUpAMissingSettingFails(ServiceModule module) {
        assertThat(module.setting("/spring/application/name").asString()).isEqualTo(module.name());
        assertThatThrownBy(() -> module.setting("/spring/application/title"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no setting /spring/application/title");
    }
}
