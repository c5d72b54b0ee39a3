package dev.parley.contracts.id;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class GenerationIdsTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T09:30:00.123Z"), ZoneOffset.UTC);

    private final GenerationIds ids = new GenerationIds("one secret".getBytes(UTF_8));

    @Property
    void anIdBelongsToItsTenantAtEveryGatewayWithTheSecret(
            @ForAll @IntRange(max = 1023) int partition, @ForAll AnswerFormat format) {
        GenerationId id = ids.next(CLOCK, partition, ACME, format, Optional.empty());
        assertThat(id.deltaPartition()).isEqualTo(partition);
        assertThat(id.format()).isEqualTo(format);
        assertThat(id.madeAt()).isEqualTo(CLOCK.instant());
        assertThat(new GenerationIds("one secret".getBytes(UTF_8)).isOf(ACME, id))
                .isTrue();
    }

    @RepeatedTest(100)
    void anIdTellsTheAliasOfItsRequest() {
        GenerationId auto = ids.next(CLOCK, 7, ACME, AnswerFormat.MESSAGES, Optional.of("auto"));
        assertThat(ids.isOf(ACME, auto)).isTrue();
        assertThat(auto.isForAlias("auto")).isTrue();
        assertThat(auto.isForAlias("auto-opus")).isFalse();
        assertThat(ids.next(CLOCK, 7, ACME, AnswerFormat.MESSAGES, Optional.empty())
                        .isForAlias("auto"))
                .isFalse();
    }

    /** Each of these fails with a probability of 1 in 16.8 million. */
    @Property(tries = 500)
    void aModifiedIdBelongsToNoTenant(
            @ForAll @IntRange(max = 31) int place, @ForAll @IntRange(min = 1, max = 15) int by) {
        StringBuilder changed = new StringBuilder(ids.next(CLOCK, 7, ACME, AnswerFormat.MESSAGES, Optional.empty())
                .value());
        int digit = Character.digit(changed.charAt(4 + place), 16) ^ by;
        changed.setCharAt(4 + place, Character.forDigit(digit, 16));
        assertThat(ids.isOf(ACME, new GenerationId(changed.toString()))).isFalse();
    }

    @Test
    void anotherTenantsAnotherSecretsAndUnsignedIdsDoNotBelong() {
        GenerationId id = ids.next(CLOCK, 7, ACME, AnswerFormat.MESSAGES, Optional.empty());
        assertThat(ids.isOf(new TenantId("globex"), id)).isFalse();
        assertThat(new GenerationIds("another".getBytes(UTF_8)).isOf(ACME, id)).isFalse();
        assertThat(ids.isOf(ACME, GenerationId.unsigned(CLOCK, 7))).isFalse();
    }

    /** A digest without the secret, which anyone with the name of the tenant could compute. */
    @Test
    void aPlainDigestIsNotASignature() throws Exception {
        byte[] uuid = GenerationId.unsigned(CLOCK, 7).uuid();
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(uuid, 0, 13);
        System.arraycopy(sha256.digest("acme".getBytes(UTF_8)), 0, uuid, 13, 3);
        assertThat(ids.isOf(ACME, new GenerationId("gen_" + HexFormat.of().formatHex(uuid))))
                .isFalse();
    }

    @Test
    void isThreadSafe() {
        assertThat(IntStream.range(0, 10_000)
                        .parallel()
                        .allMatch(
                                _ -> ids.isOf(ACME, ids.next(CLOCK, 7, ACME, AnswerFormat.MESSAGES, Optional.empty()))))
                .isTrue();
    }
}
