package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.servers.Service;
import org.junit.jupiter.api.Test;

final class StackSettingsTest {
    @Test
    void hasOneReplicaOfEachServiceByDefault() {
        StackSettings settings =
                new StackSettings().replicas("gateway-service", 2).replicas("persistence-worker", 0);
        assertThat(settings.replicas(Service.GATEWAY)).isEqualTo(2);
        assertThat(settings.replicas(Service.CACHE)).isEqualTo(1);
        assertThat(settings.replicas(Service.PERSISTENCE)).isZero();
    }
}
