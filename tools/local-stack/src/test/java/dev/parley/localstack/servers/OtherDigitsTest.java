package dev.parley.localstack.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kafka and Prometheus can read their settings, also if Java writes numbers in other digits. */
class OtherDigitsTest {
    private final Locale before = Locale.getDefault();

    @BeforeEach
    void usePersianDigits() {
        Locale.setDefault(Locale.forLanguageTag("fa-IR"));
        assertThat("%d".formatted(1)).isEqualTo("\u06F1");
    }

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    @Test
    void kafkaReadsNumbers() {
        String settings = KafkaCluster.single(9092, 9093).settings(0)
                + Kafka.settings(Path.of("/logs"), 9092, 9093, BrokerSettings.PLAIN);
        assertThat(settings).contains("node.id=1\n", "127.0.0.1:9093").matches("\\p{ASCII}*");
    }

    @Test
    void prometheusReadsNumbers() {
        assertThat(Prometheus.settings(Monitoring.STANDARD, 9500, Map.of("kafka", List.of(9580))))
                .contains("127.0.0.1:9500", "127.0.0.1:9580")
                .matches("\\p{ASCII}*");
    }
}
