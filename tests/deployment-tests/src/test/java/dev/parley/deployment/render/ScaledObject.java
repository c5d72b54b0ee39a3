package dev.parley.deployment.render;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** KEDA's autoscaler, with the fields that Parley uses. */
@Group("keda.sh")
@Version("v1alpha1")
public final class ScaledObject extends CustomResource<ScaledObject.Spec, Void> {
    public record Spec(
            Target scaleTargetRef,
            int pollingInterval,
            int minReplicaCount,
            int maxReplicaCount,
            Fallback fallback,
            Advanced advanced,
            List<Trigger> triggers) {}

    public record Target(String name) {}

    /** What applies while a trigger cannot be read. */
    public record Fallback(int failureThreshold, int replicas, String behavior) {}

    public record Advanced(AutoscalerConfig horizontalPodAutoscalerConfig) {}

    public record AutoscalerConfig(String name, HorizontalPodAutoscalerBehavior behavior) {}

    /** A signal; the type of its metric is an average for each replica if it is not stated. */
    public record Trigger(
            String type, String name, @Nullable String metricType, Map<String, String> metadata) {
        public String value(String key) {
            return Optional.ofNullable(metadata.get(key))
                    .orElseThrow(() -> new AssertionError("trigger " + name + " has no " + key));
        }
    }
}
