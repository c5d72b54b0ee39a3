package dev.parley.deployment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Compose;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The heap of a service, the bound of what it has beside the heap, and the JVM fit into the memory of its container: beyond that
 * the kernel kills it, with all of its streams.
 */
final class MemoryTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final Compose COMPOSE = Compose.of(CHECKOUT);
    private static final List<Manifests> OVERLAYS =
            List.of(Manifests.of(CHECKOUT, "local"), Manifests.of(CHECKOUT, "production"));
    private static final Pattern HEAP_PERCENT = Pattern.compile("(?m)^-XX:MaxRAMPercentage=(\\d+)$");
    private static final double MIB = 1024 * 1024;
    private static final double MB = 1e6;

    /** What a JVM takes beside the heap and direct memory, measured with C1, and 40 MB for C2 where it compiles. */
    private static final double JVM = 150 * MIB;

    private static final double JVM_OF_GATEWAY = 220 * MIB;

    /** With the models of similar questions. */
    private static final double JVM_OF_INFERENCE = 290 * MIB;

    /** What Claude may send of an answer before it is read. */
    private static final double WINDOW = 64 * 1024;

    static Stream<ServiceModule> modules() {
        return ServiceModule.all(CHECKOUT).stream();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void fitsIntoItsPod(ServiceModule module) {
        assertThat(OVERLAYS).allSatisfy(overlay -> {
            Quantity memory = requireNonNull(overlay.workload(module.name())
                    .container()
                    .getResources()
                    .getLimits()
                    .get("memory"));
            double limit = memory.getNumericalAmount().doubleValue();
            assertThat(needed(module, limit)).isLessThanOrEqualTo(limit);
        });
    }

    @ParameterizedTest
    @MethodSource("modules")
    void fitsIntoItsContainerOfCompose(ServiceModule module) {
        double limit = COMPOSE.service(module.name()).path("mem_limit").asDouble();
        assertThat(limit).isPositive();
        assertThat(needed(module, limit)).isLessThanOrEqualTo(limit);
    }

    private static double needed(ServiceModule module, double limit) {
        double heap = limit * heapPercent(module) / 100;
        return heap
                + switch (module.name()) {
                    case "gateway-service" -> JVM_OF_GATEWAY + directMemoryForClients(module, heap);
                    case "inference-service" ->
                        JVM_OF_INFERENCE
                                + WINDOW
                                        * module.setting("/parley/inference/generation/generations-max")
                                                .asInt();
                    default -> JVM;
                };
    }

    /** As docs/operations.md derives it. */
    private static double directMemoryForClients(ServiceModule gateway, double heap) {
        double backlog =
                gateway.setting("/parley/gateway/answer/backlog-percent-max").asInt() / 100.0;
        double requests =
                gateway.setting("/parley/gateway/request/heap-percent-max").asInt() / 100.0;
        return heap * (backlog + requests / 2)
                + 16_000.0 * gateway.setting("/parley/gateway/answer/open-max").asInt()
                + 0.5
                        * MB
                        * gateway.setting("/parley/gateway/resume/readers-max").asInt();
    }

    private static int heapPercent(ServiceModule module) {
        Matcher percent = HEAP_PERCENT.matcher(CHECKOUT.text(module.name() + "/src/main/jvm/jvm.options"));
        assertThat(percent.find()).as("the heap of " + module.name()).isTrue();
        return Integer.parseInt(percent.group(1));
    }
}
