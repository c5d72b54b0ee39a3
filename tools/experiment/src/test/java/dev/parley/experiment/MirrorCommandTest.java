package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.replay.selection.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorCommandTest {
    @Test
    void metricsHaveAnAddress() {
        assertThat(MirrorCommand.address("127.0.0.1:9590")).hasToString("/127.0.0.1:9590");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9590", ":9590", "127.0.0.1", "127.0.0.1:port", "127.0.0.1:65536"})
    void anInvalidAddressIsAMistakeOfTheOperator(String address) {
        assertThatThrownBy(() -> MirrorCommand.address(address))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--metrics-address");
    }
}
