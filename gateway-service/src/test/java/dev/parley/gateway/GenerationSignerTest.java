package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.contracts.id.TenantId;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GenerationSignerTest {
    private static final String SECRET = "a secret of thirty-two characters";
    private static final TenantId ACME = new TenantId("acme");

    @Test
    void gatewaysWithTheSameSecretAcceptEachOthersIds() {
        GenerationIds one = started(SECRET, "a");
        GenerationIds two = started(SECRET, "b");
        assertThat(two.isOf(ACME, id(one))).isTrue();
        assertThat(started(SECRET + ".", "a").isOf(ACME, id(one))).isFalse();
    }

    @Test
    void gatewaysOfOneClusterAcceptEachOthersIds() {
        GenerationIds one = started("", "a");
        assertThat(started("", "a").isOf(ACME, id(one))).isTrue();
        assertThat(started("", "b").isOf(ACME, id(one))).isFalse();
    }

    @Test
    void retriesUntilTheClusterIdIsRead() {
        AtomicInteger attempts = new AtomicInteger();
        GenerationSigner signer = new GenerationSigner(new GenerationSettings(""), () -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("no broker");
            }
            return "a";
        });
        signer.start();
        await().until(() -> signer.get().isPresent());
        assertThat(attempts).hasValue(2);
    }

    @Test
    void rejectsAShortSecretAndKeepsTheSecretOutOfLogs() {
        assertThatIllegalArgumentException().isThrownBy(() -> new GenerationSettings("x".repeat(31)));
        assertThat(new GenerationSettings(SECRET)).asString().doesNotContain(SECRET);
    }

    private static GenerationIds started(String secret, String cluster) {
        GenerationSigner signer = new GenerationSigner(new GenerationSettings(secret), () -> cluster);
        signer.start();
        await().until(() -> signer.get().isPresent());
        return signer.get().orElseThrow();
    }

    private static GenerationId id(GenerationIds ids) {
        return ids.next(Clock.systemUTC(), 0, ACME, AnswerFormat.MESSAGES, Optional.empty());
    }
}
