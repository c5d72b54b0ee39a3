package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.ExternalSecret;
import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.SecretStore;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Secrets that pods refer to, as the External Secrets Operator makes them. */
final class SecretsTest {
    private static final Manifests AWS = Manifests.of(Checkout.here(), "production-aws");

    private static final Map<String, Set<String>> MADE = AWS.all(ExternalSecret.class).stream()
            .collect(Collectors.toMap(
                    secret -> secret.getSpec().target().name(),
                    secret -> Stream.ofNullable(secret.getSpec().data())
                            .flatMap(List::stream)
                            .map(ExternalSecret.Entry::secretKey)
                            .collect(Collectors.toSet())));

    @Test
    void everySecretThatAPodRefersToIsMade() {
        Set<String> referenced = AWS.workloads().stream()
                .flatMap(SecretsTest::references)
                .collect(Collectors.toCollection(TreeSet::new));
        // Strimzi makes one for each user, and that of the brokers' authority.
        AWS.all(KafkaUser.class)
                .forEach(user -> referenced.remove(user.getMetadata().getName()));
        referenced.remove("parley-cluster-ca-cert");
        assertThat(referenced).isNotEmpty().isEqualTo(new TreeSet<>(MADE.keySet()));
    }

    private static Stream<String> references(Workload workload) {
        var pod = workload.template().getSpec();
        Stream<String> whole = workload.container().getEnvFrom().stream()
                .filter(source -> source.getSecretRef() != null)
                .map(source -> source.getSecretRef().getName());
        Stream<String> single = workload.container().getEnv().stream()
                .filter(variable -> variable.getValueFrom() != null
                        && variable.getValueFrom().getSecretKeyRef() != null)
                .map(variable -> variable.getValueFrom().getSecretKeyRef().getName());
        Stream<String> mounted = pod.getVolumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .map(volume -> volume.getSecret().getSecretName());
        Stream<String> projected = pod.getVolumes().stream()
                .filter(volume -> volume.getProjected() != null)
                .flatMap(volume -> volume.getProjected().getSources().stream())
                .map(source -> source.getSecret().getName());
        return Stream.of(whole, single, mounted, projected).flatMap(names -> names);
    }

    @Test
    void haveTheEntriesThatPodsRead() {
        assertThat(MADE)
                .containsEntry("parley-claude", Set.of("ANTHROPIC_API_KEY"))
                .containsEntry("parley-redis", Set.of("PARLEY_REDIS_URL", "users.acl"));
    }

    /** While Claude refuses the key, each answer is an error. */
    @Test
    void aNewKeyForClaudeIsReadWithinAMinute() {
        String interval =
                AWS.one(ExternalSecret.class, "parley-claude").getSpec().refreshInterval();
        assertThat(Duration.parse("PT" + interval)).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1));
    }

    /** Administrators may be named, or not. */
    @Test
    void theKeysHaveAllEntriesOfTheStore() {
        assertThat(AWS.one(ExternalSecret.class, "parley-keys").getSpec().dataFrom())
                .extracting(source -> source.extract().key())
                .containsExactly("parley/keys");
    }

    @Test
    void areReadFromOneStoreByAnAccountOfItsOwn() {
        assertThat(AWS.all(ExternalSecret.class))
                .allSatisfy(secret -> AWS.one(
                        SecretStore.class, secret.getSpec().secretStoreRef().name()));
        assertThat(AWS.all(SecretStore.class))
                .singleElement()
                .satisfies(store -> AWS.one(
                        ServiceAccount.class,
                        store.getSpec()
                                .provider()
                                .aws()
                                .auth()
                                .jwt()
                                .serviceAccountRef()
                                .name()));
    }
}
