package dev.parley.deployment.render;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the network policies of an overlay permit, as a cluster evaluates them. */
public record Reachability(Manifests manifests) {
    /** Whether pods of the caller may open a connection to a port of the target. */
    public boolean permits(Workload caller, Workload target, String port) {
        return mayCall(caller, target, port) && mayBeCalled(target, caller, port);
    }

    /** Whether pods of the caller may call addresses outside the cluster. */
    public boolean permitsOutside(Workload caller) {
        return egress(caller).flatMap(rule -> rule.getTo().stream()).anyMatch(peer -> peer.getIpBlock() != null);
    }

    public boolean mayCall(Workload caller, Workload target, String port) {
        return egress(caller)
                .anyMatch(rule -> admits(rule.getTo(), target) && admitsPort(rule.getPorts(), target, port));
    }

    private boolean mayBeCalled(Workload target, Workload caller, String port) {
        return ingress(target)
                .anyMatch(rule -> admits(rule.getFrom(), caller) && admitsPort(rule.getPorts(), target, port));
    }

    private Stream<NetworkPolicyEgressRule> egress(Workload workload) {
        return policies(workload, "Egress").flatMap(policy -> policy.getSpec().getEgress().stream());
    }

    private Stream<NetworkPolicyIngressRule> ingress(Workload workload) {
        return policies(workload, "Ingress").flatMap(policy -> policy.getSpec().getIngress().stream());
    }

    /** The policies of a direction that select the pods of a workload. */
    public Stream<NetworkPolicy> policies(Workload workload, String direction) {
        return manifests.all(NetworkPolicy.class).stream()
                .filter(policy -> policy.getSpec().getPolicyTypes().contains(direction))
                .filter(policy -> matches(policy.getSpec().getPodSelector(), workload.labels()));
    }

    /** An empty list of peers admits everything. A peer with a namespace is outside of the overlay. */
    private static boolean admits(List<NetworkPolicyPeer> peers, Workload workload) {
        return peers.isEmpty()
                || peers.stream()
                        .filter(peer -> peer.getNamespaceSelector() == null && peer.getIpBlock() == null)
                        .anyMatch(peer -> matches(peer.getPodSelector(), workload.labels()));
    }

    /** An empty list of ports admits every port. */
    private static boolean admitsPort(List<NetworkPolicyPort> ports, Workload target, String name) {
        IntOrString number = new IntOrString(Optional.ofNullable(target.ports().get(name))
                .orElseThrow(() -> new AssertionError(target + " has no port " + name)));
        return ports.isEmpty()
                || ports.stream()
                        .map(NetworkPolicyPort::getPort)
                        .anyMatch(port -> port.equals(new IntOrString(name)) || port.equals(number));
    }

    /** Whether a selector selects pods with these labels. */
    public static boolean matches(LabelSelector selector, Map<String, String> labels) {
        return labels.entrySet()
                        .containsAll(Optional.ofNullable(selector.getMatchLabels())
                                .orElse(Map.of())
                                .entrySet())
                && Optional.ofNullable(selector.getMatchExpressions()).orElse(List.of()).stream()
                        .allMatch(requirement -> matches(requirement, labels));
    }

    private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
        Optional<String> value = Optional.ofNullable(labels.get(requirement.getKey()));
        return switch (requirement.getOperator()) {
            case "In" -> value.filter(requirement.getValues()::contains).isPresent();
            case "NotIn" -> value.filter(requirement.getValues()::contains).isEmpty();
            case "Exists" -> value.isPresent();
            case "DoesNotExist" -> value.isEmpty();
            default -> throw new IllegalArgumentException("operator " + requirement.getOperator());
        };
    }
}
