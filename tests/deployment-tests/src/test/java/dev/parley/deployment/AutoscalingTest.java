package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.ScaledObject;
import dev.parley.deployment.source.Checkout;
import dev.parley.deployment.source.Selectors;
import dev.parley.deployment.source.ServiceModule;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** KEDA scales by the right signal, within the same bounds as the autoscalers that it replaces. */
final class AutoscalingTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final Manifests PRODUCTION = Manifests.of(CHECKOUT, "production");
    private static final Manifests KEDA = Manifests.of(CHECKOUT, "production-aws");

    static Stream<ScaledObject> scaled() {
        return KEDA.all(ScaledObject.class).stream();
    }

    @Test
    void everyServiceHasOneAutoscaler() {
        assertThat(scaled().map(AutoscalingTest::name))
                .containsExactlyInAnyOrder("inference-service", "gateway-service");
        assertThat(KEDA.all(HorizontalPodAutoscaler.class))
                .extracting(scaler -> scaler.getSpec().getScaleTargetRef().getName())
                .containsExactlyInAnyOrder("cache-service", "persistence-worker");
    }

    @ParameterizedTest
    @MethodSource("scaled")
    void boundsAreThoseOfTheBase(ScaledObject scaled) {
        var base = PRODUCTION.one(HorizontalPodAutoscaler.class, name(scaled)).getSpec();
        assertThat(scaled.getSpec().scaleTargetRef().name()).isEqualTo(name(scaled));
        assertThat(scaled.getSpec().minReplicaCount()).isEqualTo(base.getMinReplicas());
        assertThat(scaled.getSpec().maxReplicaCount()).isEqualTo(base.getMaxReplicas());
        assertThat(scaled.getSpec().advanced().horizontalPodAutoscalerConfig().behavior())
                .isEqualTo(base.getBehavior());
    }

    @ParameterizedTest
    @MethodSource("scaled")
    void processorTimeStaysAsAGuard(ScaledObject scaled) {
        int base = PRODUCTION
                .one(HorizontalPodAutoscaler.class, name(scaled))
                .getSpec()
                .getMetrics()
                .getFirst()
                .getResource()
                .getTarget()
                .getAverageUtilization();
        assertThat(trigger(scaled, "cpu").type()).isEqualTo("cpu");
        assertThat(trigger(scaled, "cpu").metricType()).isEqualTo("Utilization");
        assertThat(trigger(scaled, "cpu").value("value")).isEqualTo(Integer.toString(base));
    }

    /**
     * Where one key carries all traffic, its share of the places is all that a replica ever shows: half at a gateway, four fifths
     * in inference-service. A replica is added above the tolerance of the autoscaler, a tenth by default.
     */
    @ParameterizedTest
    @CsvSource({
        "inference-service, generations, /parley/inference/generation/generations-max, 80",
        "gateway-service, streams, /parley/gateway/answer/open-max, 50"
    })
    void oneKeyAloneAddsReplicas(String service, String trigger, String setting, int percentOfAKey) {
        long share = ServiceModule.of(CHECKOUT, service).setting(setting).asLong() * percentOfAKey / 100;
        long threshold = Long.parseLong(
                trigger(KEDA.one(ScaledObject.class, service), trigger).value("threshold"));
        assertThat(threshold * 11 / 10).isLessThan(share);
    }

    /** With large requests the heap refuses first, at four fifths of its bound where one key carries all traffic. */
    @Test
    void oneKeyWithLargeRequestsAddsReplicas() {
        ScaledObject.Trigger heap = trigger(KEDA.one(ScaledObject.class, "inference-service"), "heap");
        assertThat(heap.value("query")).startsWith("sum(parley_inference_heap_occupancy{");
        assertThat(Double.parseDouble(heap.value("threshold")) * 1.1).isLessThan(0.8);
    }

    @ParameterizedTest
    @MethodSource("scaled")
    void queriesUseDocumentedMetrics(ScaledObject scaled) {
        List<String> documented = Pattern.compile("(?m)^\\| `(parley\\.[a-z.]+)` \\|")
                .matcher(CHECKOUT.text("docs/operations.md"))
                .results()
                .map((MatchResult row) -> row.group(1).replace('.', '_'))
                .toList();
        assertThat(queries(scaled))
                .isNotEmpty()
                .allSatisfy(trigger -> assertThat(Pattern.compile("parley_[a-z_]+")
                                .matcher(trigger.value("query"))
                                .results()
                                .map(MatchResult::group))
                        .isNotEmpty()
                        .allMatch(documented::contains));
    }

    /** Another release must not add replicas to this one. */
    @ParameterizedTest
    @MethodSource("scaled")
    void queriesAreAboutTheNamespaceOnly(ScaledObject scaled) {
        assertThat(queries(scaled))
                .isNotEmpty()
                .allSatisfy(trigger -> assertThat(Selectors.of(trigger.value("query")))
                        .isNotEmpty()
                        .allMatch(selector -> selector.endsWith("{namespace=\"parley\"}")));
    }

    /** The lag of the group counts what has ended behind a long answer. */
    @Test
    void inferenceServiceIsScaledByWhatRunsAndWhatWaits() {
        assertThat(trigger(KEDA.one(ScaledObject.class, "inference-service"), "generations")
                        .value("query"))
                .contains("parley_inference_generations_running", "parley_inference_requests_waiting")
                .doesNotContain("parley_group_");
    }

    /** A failure of Prometheus must not remove replicas. */
    @ParameterizedTest
    @MethodSource("scaled")
    void keepsTheReplicasWithoutPrometheus(ScaledObject scaled) {
        var fallback = scaled.getSpec().fallback();
        assertThat(fallback.behavior()).isEqualTo("currentReplicasIfHigher");
        assertThat(fallback.replicas())
                .isBetween(scaled.getSpec().minReplicaCount(), scaled.getSpec().maxReplicaCount());
    }

    /** Without a series, as if every pod were unreachable, the value would be 0 by default. */
    @ParameterizedTest
    @MethodSource("scaled")
    void keepsTheReplicasWithoutASeries(ScaledObject scaled) {
        assertThat(queries(scaled))
                .isNotEmpty()
                .allSatisfy(
                        trigger -> assertThat(trigger.value("ignoreNullValues")).isEqualTo("false"));
    }

    /** KEDA's webhook refuses a ScaledObject beside the autoscaler of an existing installation. */
    @ParameterizedTest
    @MethodSource("scaled")
    void takesOverTheAutoscalerOfTheBase(ScaledObject scaled) {
        var base = PRODUCTION.one(HorizontalPodAutoscaler.class, name(scaled));
        assertThat(scaled.getMetadata().getAnnotations())
                .containsEntry("scaledobject.keda.sh/transfer-hpa-ownership", "true");
        assertThat(scaled.getSpec().advanced().horizontalPodAutoscalerConfig().name())
                .isEqualTo(base.getMetadata().getName());
    }

    private static List<ScaledObject.Trigger> queries(ScaledObject scaled) {
        return scaled.getSpec().triggers().stream()
                .filter(trigger -> trigger.type().equals("prometheus"))
                .toList();
    }

    private static ScaledObject.Trigger trigger(ScaledObject scaled, String name) {
        return scaled.getSpec().triggers().stream()
                .filter(trigger -> trigger.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name(scaled) + " has no trigger " + name));
    }

    private static String name(ScaledObject scaled) {
        return scaled.getMetadata().getName();
    }
}
