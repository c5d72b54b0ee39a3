package dev.parley.eventlog.spring;

import static java.util.stream.Collectors.toMap;

import dev.parley.eventlog.KafkaConnection;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives the operator's client properties to the clients that Spring Cloud Stream makes: the consumers, those of its health
 * check and of its metrics, and its admin client. Spring Boot calls it at the start of a service.
 */
public final class KafkaPropertiesPostProcessor implements EnvironmentPostProcessor {
    private static final String NAME = "kafkaConnection";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> properties = KafkaConnection.of("", variables(environment)).properties().entrySet().stream()
                .collect(toMap(
                        property -> "spring.kafka.properties[" + property.getKey() + "]",
                        property -> literal(property.getValue())));
        environment.getPropertySources().addFirst(new MapPropertySource(NAME, properties));
    }

    private static Map<String, String> variables(ConfigurableEnvironment environment) {
        return environment.getSystemEnvironment().entrySet().stream()
                .collect(toMap(Map.Entry::getKey, variable -> String.valueOf(variable.getValue())));
    }

    /** Kafka has placeholders of its own, such as {@code ${file:…}}, which Spring must not replace. */
    private static String literal(String value) {
        return value.replace("${", "\\${");
    }
}
