package dev.parley.pulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.eventlog.KafkaConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PulseSettingsTest {
    private static final String KEY_SHA256 = "06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23";

    @Test
    void hasDefaults() {
        PulseSettings settings = PulseSettings.from(Map.of());
        assertThat(settings)
                .usingRecursiveComparison()
                .withEqualsForType((left, right) -> left.toString().equals(right.toString()), KafkaConnection.class)
                .isEqualTo(new PulseSettings(
                        "127.0.0.1",
                        9480,
                        "",
                        KafkaConnection.plain("127.0.0.1:9092"),
                        Map.of(
                                "gateway-service", List.of(URI.create("http://127.0.0.1:9080")),
                                "cache-service", List.of(URI.create("http://127.0.0.1:9280")),
                                "inference-service", List.of(URI.create("http://127.0.0.1:9180")),
                                "persistence-worker", List.of(URI.create("http://127.0.0.1:9380"))),
                        Map.of(
                                "inference-service", "inference-service",
                                "persistence-worker", "persistence-worker",
                                "cache-service-answers", "cache-service-answers"),
                        Duration.ofSeconds(2)));
    }

    /** A rebuilt table has a group of another name, and so may inference-service after an upgrade from version 1. */
    @Test
    void acceptsOtherGroups() {
        assertThat(PulseSettings.from(Map.of(
                                "PARLEY_PULSE_INFERENCE_GROUP", "cache-service",
                                "PARLEY_PULSE_PERSISTENCE_GROUP", "persistence-worker-2"))
                        .groups())
                .isEqualTo(Map.of(
                        "inference-service", "cache-service",
                        "persistence-worker", "persistence-worker-2",
                        "cache-service-answers", "cache-service-answers"));
    }

    @Test
    void acceptsSeveralAddressesOfAService() {
        assertThat(PulseSettings.from(Map.of("PARLEY_PULSE_GATEWAY", "http://127.0.0.1:9080, http://127.0.0.1:9081"))
                        .services())
                .containsEntry(
                        "gateway-service",
                        List.of(URI.create("http://127.0.0.1:9080"), URI.create("http://127.0.0.1:9081")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7"})
    void aReachableAddressRequiresAKey(String address) {
        assertThatThrownBy(() -> PulseSettings.from(Map.of("PARLEY_PULSE_ADDRESS", address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PARLEY_PULSE_KEY_SHA256");
        assertThat(PulseSettings.from(Map.of("PARLEY_PULSE_ADDRESS", address, "PARLEY_PULSE_KEY_SHA256", KEY_SHA256))
                        .address())
                .isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void aLoopbackAddressRequiresNoKey(String address) {
        assertThat(PulseSettings.from(Map.of("PARLEY_PULSE_ADDRESS", address)).address())
                .isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "PARLEY_PULSE_PORT, 65536",
        "PARLEY_PULSE_PORT, http",
        "PARLEY_PULSE_KEY_SHA256, operator",
        "PARLEY_PULSE_CACHE, cache-service:9280",
        "PARLEY_PULSE_CACHE, ftp://cache-service:9280"
    })
    void namesTheInvalidVariable(String variable, String value) {
        assertThatThrownBy(() -> PulseSettings.from(Map.of(variable, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(variable);
    }
}
