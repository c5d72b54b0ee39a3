package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.BackendTrafficPolicy;
import dev.parley.deployment.render.BackendTrafficPolicy.Target;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.ServiceModule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The route accepts what the gateways do. */
final class RouteTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final String ENVOY_GATEWAY = "eg";

    static Stream<Manifests> overlaysWithARoute() {
        return Manifests.all(CHECKOUT).stream()
                .filter(overlay -> !overlay.all(HTTPRoute.class).isEmpty());
    }

    /** Without a policy, Envoy refuses more than 1,024 requests; other implementations do not know the policy. */
    @ParameterizedTest
    @MethodSource("overlaysWithARoute")
    void eachRouteOfEnvoyGatewayHasAPolicy(Manifests overlay) {
        boolean envoy = overlay.all(Gateway.class).stream()
                .anyMatch(gateway -> gateway.getSpec().getGatewayClassName().equals(ENVOY_GATEWAY));
        List<Target> routes = overlay.all(HTTPRoute.class).stream()
                .map(route -> new Target(HasMetadata.getGroup(HTTPRoute.class), route.getKind(), name(route)))
                .toList();
        assertThat(overlay.all(BackendTrafficPolicy.class))
                .flatExtracting(policy -> policy.getSpec().targetRefs())
                .containsExactlyInAnyOrderElementsOf(envoy ? routes : List.of());
    }

    /** A replica closes further connections. Over HTTP/1.1, each request has one. */
    @ParameterizedTest
    @MethodSource("overlaysWithARoute")
    void envoyAcceptsWhatAllGatewaysAccept(Manifests overlay) {
        int replicas = Manifests.of(CHECKOUT, "production")
                .one(HorizontalPodAutoscaler.class, "gateway-service")
                .getSpec()
                .getMaxReplicas();
        int accepted = replicas
                * ServiceModule.of(CHECKOUT, "gateway-service")
                        .setting("/parley/gateway/connections/open-max")
                        .asInt();
        assertThat(overlay.all(BackendTrafficPolicy.class)).allSatisfy(policy -> {
            var limits = policy.getSpec().circuitBreaker();
            assertThat(limits.maxConnections()).isGreaterThanOrEqualTo(accepted);
            assertThat(limits.maxParallelRequests()).isGreaterThanOrEqualTo(accepted);
            assertThat(limits.maxPendingRequests()).isBetween(1, 1024);
        });
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }
}
