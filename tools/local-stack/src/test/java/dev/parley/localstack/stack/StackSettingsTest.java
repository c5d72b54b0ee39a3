package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.servers.Service;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StackSettingsTest {
    @Test
    void hasOneReplicaOfEachServiceByDefault() {
        StackSettings settings = StackSettings.from(Map.of(), Map.of(Service.GATEWAY, 2, Service.PERSISTENCE, 0));
        assertThat(settings.replicas(Service.GATEWAY)).isEqualTo(2);
        assertThat(settings.replicas(Service.CACHE)).isEqualTo(1);
        assertThat(settings.replicas(Service.PERSISTENCE)).isZero();
    }
}
