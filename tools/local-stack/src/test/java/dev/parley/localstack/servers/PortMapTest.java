package dev.parley.localstack.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PortMapTest {
    @ParameterizedTest
    @CsvSource({
        "GATEWAY, PARLEY_GATEWAY_PORT, 8080",
        "SIMULATOR, PARLEY_SIMULATOR_PORT, 8090",
        "KAFKA, PARLEY_KAFKA_PORT, 9092",
        "KAFKA_CONTROLLER, PARLEY_KAFKA_CONTROLLER_PORT, 9093",
        "REDIS, PARLEY_REDIS_PORT, 6390",
        "DYNAMODB, PARLEY_DYNAMODB_PORT, 8010",
        "GATEWAY_MANAGEMENT, PARLEY_GATEWAY_MANAGEMENT_PORT, 9080",
        "INFERENCE_MANAGEMENT, PARLEY_INFERENCE_MANAGEMENT_PORT, 9180",
        "CACHE_MANAGEMENT, PARLEY_CACHE_MANAGEMENT_PORT, 9280",
        "PERSISTENCE_MANAGEMENT, PARLEY_PERSISTENCE_MANAGEMENT_PORT, 9380",
        "PULSE, PARLEY_PULSE_PORT, 9480",
        "VARNISH, PARLEY_VARNISH_PORT, 8070",
        "PROMETHEUS, PARLEY_PROMETHEUS_PORT, 9490",
        "ALERTMANAGER, PARLEY_ALERTMANAGER_PORT, 9500",
        "KAFKA_METRICS, PARLEY_KAFKA_METRICS_PORT, 9580"
    })
    void hasAUsualPortAndAVariableThatMovesIt(PortName name, String variable, int usual) {
        assertThat(name.variable()).isEqualTo(variable);
        assertThat(PortMap.from(Map.of()).of(name)).isEqualTo(usual);
        assertThat(PortMap.from(Map.of(variable, " 12345 ")).of(name)).isEqualTo(12_345);
    }

    @Test
    void movesReplicasWithTheFirstOne() {
        assertThat(PortMap.from(Map.of("PARLEY_GATEWAY_PORT", "18080")).of(PortName.GATEWAY, 2))
                .isEqualTo(18_082);
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "0", "-1", "65536", "8080x"})
    void namesTheVariableThatIsNoPort(String value) {
        Map<String, String> environment = Map.of("PARLEY_REDIS_PORT", value);
        assertThatThrownBy(() -> PortMap.from(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PARLEY_REDIS_PORT=" + value + " is not a port (1 to 65535)");
    }

    @Test
    void aBlockHasRoomForEveryReplica() {
        PortMap block = PortMap.block(20_000);
        Set<Integer> ports = new HashSet<>();
        for (PortName name : PortName.values()) {
            for (int replica = 0; replica < PortMap.REPLICAS_MAX; replica++) {
                assertThat(ports.add(block.of(name, replica))).isTrue();
            }
        }
        assertThat(ports).allMatch(port -> port >= 20_000 && port < 20_000 + PortMap.blockSize());
    }
}
