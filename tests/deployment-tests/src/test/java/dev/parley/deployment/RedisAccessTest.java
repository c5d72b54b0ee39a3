package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.deployment.render.Manifests;
import dev.parley.deployment.render.Workload;
import dev.parley.deployment.source.Checkout;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In production Redis has users, and its address, which has a password, is in a Secret. */
final class RedisAccessTest {
    private static final String SECRET = "parley-redis";
    private static final String URL = "PARLEY_REDIS_URL";
    private static final Manifests PRODUCTION = Manifests.of(Checkout.here(), "production");

    static Stream<Workload> clients() {
        return Stream.of("gateway-service", "inference-service", "cache-service")
                .map(PRODUCTION::workload);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void theAddressIsAFileOfASecret(Workload workload) {
        assertThat(workload.secretFiles()).containsEntry(URL, SECRET);
    }

    /** One recipe for the Secret, with the rights that the services need. */
    @Test
    void oneDocumentMakesTheSecret() {
        Checkout checkout = Checkout.here();
        assertThat(checkout.files().stream()
                        .filter(file -> file.endsWith(".md"))
                        .filter(file -> checkout.text(file).contains("create secret generic " + SECRET)))
                .containsExactly("docs/operations/connections.md");
        assertThat(checkout.text("docs/operations/connections.md"))
                .contains(" ~parley:* resetchannels +@all -@admin -@dangerous")
                .doesNotContain("~* ");
    }

    @Test
    void redisHasUsers() {
        Workload redis = PRODUCTION.workload("redis");
        assertThat(redis.container().getArgs()).containsSubsequence("--aclfile", "/etc/redis/users.acl");
        assertThat(redis.container().getVolumeMounts()).anySatisfy(mount -> {
            assertThat(mount.getName()).isEqualTo("users");
            assertThat(mount.getMountPath()).isEqualTo("/etc/redis");
        });
        assertThat(redis.template().getSpec().getVolumes())
                .filteredOn(volume -> volume.getName().equals("users"))
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getSecret().getSecretName()).isEqualTo(SECRET));
    }
}
