package dev.parley.localstack.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PrometheusTest {
    @Test
    void takesTheGroupsOfTheRules() throws IOException {
        assertThat(Prometheus.ruleFile(rules("monitoring")))
                .startsWith("groups:\n")
                .contains("\n  - name: parley-slo\n    rules:\n      - record: ", "\n      - alert: ")
                .doesNotContain("\n  - name: parley-edge\n");
        assertThat(Prometheus.ruleFile(rules("monitoring", "edge-alerts")))
                .startsWith("groups:\n")
                .containsOnlyOnce("groups:\n")
                .contains("\n  - name: parley-slo\n", "\n  - name: parley-edge\n    rules:\n      - alert: ");
        assertThatIllegalStateException().isThrownBy(() -> Prometheus.ruleFile(List.of("kind: PrometheusRule\n")));
    }

    private static List<String> rules(String... components) throws IOException {
        List<String> objects = new ArrayList<>();
        for (String component : components) {
            objects.add(Files.readString(Checkout.find().component(component).resolve("rules.yaml")));
        }
        return objects;
    }

    @Test
    void scrapesEveryReplica() {
        String settings = Prometheus.settings(
                Monitoring.STANDARD,
                9500,
                new TreeMap<>(Map.of("gateway-service", List.of(9080, 9081), "kafka", List.of(9580))));
        assertThat(settings).isEqualTo("""
                global:
                  scrape_interval: 5s
                  scrape_timeout: 5s
                  evaluation_interval: 5s
                rule_files:
                  - rules.yaml
                alerting:
                  alertmanagers:
                    - static_configs:
                        - targets: ['127.0.0.1:9500']
                scrape_configs:
                  - job_name: gateway-service
                    metrics_path: /actuator/prometheus
                    static_configs:
                      - targets: ['127.0.0.1:9080', '127.0.0.1:9081']
                        labels: {namespace: parley}
                  - job_name: kafka
                    metrics_path: /metrics
                    static_configs:
                      - targets: ['127.0.0.1:9580']
                        labels: {namespace: parley}
                """);
    }
}
