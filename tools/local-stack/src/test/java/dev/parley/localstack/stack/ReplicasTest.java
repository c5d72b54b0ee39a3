package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.localstack.parts.Service;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplicasTest {
    @Test
    void readsSeveralServices() {
        Replicas replicas = Replicas.parse("gateway-service=2, inference-service=3");
        assertThat(replicas.of(Service.GATEWAY)).isEqualTo(2);
        assertThat(replicas.of(Service.INFERENCE)).isEqualTo(3);
        assertThat(replicas.of(Service.CACHE)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gateway-service|\"gateway-service\" is not like gateway-service=2",
                "gateway-service=two|\"two\" is not a number of replicas",
                "gateway=2|no service is called gateway",
                "cache-service=11|cache-service can have 0 to 10 replicas, not 11",
                "cache-service=-1|cache-service can have 0 to 10 replicas, not -1"
            })
    void saysWhatItCannotRead(String text, String complaint) {
        assertThatThrownBy(() -> Replicas.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(complaint);
    }
}
