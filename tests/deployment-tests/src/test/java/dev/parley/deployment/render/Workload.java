package dev.parley.deployment.render;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A workload whose pods have exactly one container beside those of their start, with the name of the workload. */
public record Workload(String name, PodTemplateSpec template) {
    static Stream<Workload> of(Manifests manifests) {
        return Stream.of(
                        manifests.all(Deployment.class).stream().map(Workload::of),
                        manifests.all(StatefulSet.class).stream().map(Workload::of),
                        manifests.all(Job.class).stream().map(Workload::of))
                .flatMap(workloads -> workloads);
    }

    private static Workload of(Deployment deployment) {
        return new Workload(
                deployment.getMetadata().getName(), deployment.getSpec().getTemplate());
    }

    private static Workload of(StatefulSet set) {
        return new Workload(set.getMetadata().getName(), set.getSpec().getTemplate());
    }

    /** A Job has its version in its name. */
    private static Workload of(Job job) {
        return new Workload(
                requireNonNull(job.getMetadata().getLabels().get("app.kubernetes.io/name")),
                job.getSpec().getTemplate());
    }

    public Container container() {
        List<Container> containers = template.getSpec().getContainers();
        if (containers.size() != 1 || !containers.getFirst().getName().equals(name)) {
            throw new AssertionError(name + " should have one container of that name");
        }
        return containers.getFirst();
    }

    /** The containers that run before that one, and that one. */
    public List<Container> containers() {
        return Stream.concat(
                        template.getSpec().getInitContainers().stream(), template.getSpec().getContainers().stream())
                .toList();
    }

    public Map<String, String> labels() {
        return template.getMetadata().getLabels();
    }

    /** The image without its tag. */
    public String image() {
        String image = container().getImage();
        int tag = image.lastIndexOf(':');
        return tag < 0 ? image : image.substring(0, tag);
    }

    /** The variables set by name. */
    public Set<String> ownVariables() {
        return container().getEnv().stream().map(EnvVar::getName).collect(Collectors.toSet());
    }

    /** The literal value of a variable. */
    public Optional<String> value(String variable) {
        return container().getEnv().stream()
                .filter(given -> given.getName().equals(variable))
                .map(EnvVar::getValue)
                .flatMap(value -> Optional.ofNullable(value).stream())
                .findFirst();
    }

    /** The names of the ConfigMaps imported as a whole. */
    public List<String> sharedConfigMaps() {
        return container().getEnvFrom().stream()
                .map(EnvFromSource::getConfigMapRef)
                .flatMap(reference -> Optional.ofNullable(reference).stream())
                .map(ConfigMapEnvSource::getName)
                .toList();
    }

    /** The Secret of each variable that is a file of the directory of secrets. */
    public Map<String, String> secretFiles() {
        return template.getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals("secrets"))
                .flatMap(volume -> volume.getProjected().getSources().stream())
                .map(VolumeProjection::getSecret)
                .flatMap(secret -> secret.getItems().stream().map(item -> Map.entry(item.getPath(), secret.getName())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** All variables, from all sources. */
    public Set<String> variables(Manifests manifests) {
        Stream<String> shared = sharedConfigMaps().stream()
                .map(map -> manifests.one(ConfigMap.class, map))
                .flatMap(map -> map.getData().keySet().stream());
        return Stream.of(ownVariables().stream(), secretFiles().keySet().stream(), shared)
                .flatMap(names -> names)
                .collect(Collectors.toSet());
    }

    public Map<String, Integer> ports() {
        return container().getPorts().stream()
                .collect(Collectors.toMap(port -> port.getName(), port -> port.getContainerPort()));
    }

    @Override
    public String toString() {
        return name;
    }
}
