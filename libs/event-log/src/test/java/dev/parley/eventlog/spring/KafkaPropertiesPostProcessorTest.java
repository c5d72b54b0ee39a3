package dev.parley.eventlog.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;

class KafkaPropertiesPostProcessorTest {
    private static Map<String, String> bound(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment() {
            @Override
            public Map<String, Object> getSystemEnvironment() {
                return variables;
            }
        };
        new KafkaPropertiesPostProcessor().postProcessEnvironment(environment, new SpringApplication());
        return Binder.get(environment)
                .bind("spring.kafka.properties", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of());
    }

    @Test
    void setsThePropertiesOfSpringForKafkaAsTheyAre() {
        assertThat(bound(Map.of(
                        "PARLEY_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SASL_SSL",
                        "PARLEY_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", "password=\"${file:/etc/kafka/user:password}\";")))
                .isEqualTo(Map.of(
                        "security.protocol", "SASL_SSL",
                        "sasl.jaas.config", "password=\"${file:/etc/kafka/user:password}\";"));
    }

    @Test
    void setsNothingWithoutProperties() {
        assertThat(bound(Map.of("PATH", "/usr/bin"))).isEmpty();
    }

    @Test
    void refusesAReservedProperty() {
        assertThatThrownBy(() -> bound(Map.of("PARLEY_KAFKA_PROPERTIES_ISOLATION_LEVEL", "read_uncommitted")))
                .hasMessageStartingWith("Parley sets isolation.level itself");
    }
}
