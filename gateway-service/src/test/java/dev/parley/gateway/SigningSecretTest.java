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

class SigningSecretTest {
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
        SigningSecret signing = new SigningSecret(new GenerationIdSettings(""), () -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("no broker");
            }
            return "a";
        });
        signing.start();
        await().until(() -> signing.ids().isPresent());
        assertThat(attempts).hasValue(2);
    }

    @Test
    void rejectsAShortSecretAndKeepsTheSecretOutOfLogs() {
        assertThatIllegalArgumentException().isThrownBy(() -> new GenerationIdSettings("x".repeat(31)));
        assertThat(new GenerationIdSettings(SECRET)).asString().doesNotContain(SECRET);
    }

    private static GenerationIds started(String secret, String cluster) {
        SigningSecret signing = new SigningSecret(new GenerationIdSettings(secret), () -> cluster);
        signing.start();
        await().until(() -> signing.ids().isPresent());
        return signing.ids().orElseThrow();
    }

    private static GenerationId id(GenerationIds ids) {
        return ids.next(Clock.systemUTC(), 0, ACME, AnswerFormat.MESSAGES, Optional.empty());
    }
}
