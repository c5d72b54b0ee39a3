package dev.parley.deployment.render;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** How Envoy Gateway treats the backends of a route, with the fields that Parley uses. */
@Group("gateway.envoyproxy.io")
@Version("v1alpha1")
public final class BackendTrafficPolicy extends CustomResource<BackendTrafficPolicy.Spec, Void> {
    public record Spec(List<Target> targetRefs, CircuitBreaker circuitBreaker) {}

    public record Target(String group, String kind, String name) {}

    /** Of one proxy, for one backend of a route. */
    public record CircuitBreaker(int maxConnections, int maxParallelRequests, int maxPendingRequests) {}
}
