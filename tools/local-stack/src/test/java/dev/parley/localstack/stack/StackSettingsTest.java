package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Monitoring;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StackSettingsTest {
    private static final OsProcess ENDED = new OsProcess(7, "before the last boot");

    @Test
    void hasOneReplicaOfEachServiceByDefault() {
        StackSettings settings =
                new StackSettings().replicas("gateway-service", 2).replicas("persistence-worker", 0);
        assertThat(settings.replicas(Service.GATEWAY)).isEqualTo(2);
        assertThat(settings.replicas(Service.CACHE)).isEqualTo(1);
        assertThat(settings.replicas(Service.PERSISTENCE)).isZero();
    }

    /** As in another shell than the one in which the system was started. */
    @Test
    void keepsThePortsOfWhatWasStarted() {
        PortMap moved = PortMap.free();
        Map<String, String> variables = new HashMap<>();
        for (PortName name : PortName.values()) {
            variables.put(name.variable(), Integer.toString(moved.of(name)));
        }
        List<StackFile.Entry> started = started(StackSettings.from(variables));
        PortMap kept = StackSettings.from(Map.of("PARLEY_KAFKA_PORT", " "))
                .keep(started)
                .ports();
        assertThat(PortName.values())
                .allSatisfy(name -> assertThat(kept.of(name)).isEqualTo(moved.of(name)));
    }

    @Test
    void movesAPortWhoseVariableIsSet() {
        List<StackFile.Entry> started = started(StackSettings.from(Map.of("PARLEY_KAFKA_PORT", "19092")));
        StackSettings settings =
                StackSettings.from(Map.of("PARLEY_KAFKA_PORT", "9092")).keep(started);
        assertThat(settings.ports().of(PortName.KAFKA)).isEqualTo(9092);
    }

    private static List<StackFile.Entry> started(StackSettings settings) {
        Checkout checkout = FakeCheckout.make();
        settings.replicas("gateway-service", 2).edge().monitoring(Monitoring.STANDARD);
        return new StackPlan(checkout, Workspace.in(checkout.state()), settings)
                .processes().stream()
                        .map(spec -> StackFile.Entry.of(spec, ENDED))
                        .toList();
    }
}
