package dev.parley.gateway.published;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.published.AnswerId;
import dev.parley.contracts.published.QuestionKey;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AnswerAddressesTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId GLOBEX = new TenantId("globex");
    private static final Fingerprint REQUEST = new Fingerprint("a".repeat(64));
    private static final QuestionKey QUESTION = new QuestionKey(ACME, "help", "log");

    private final AnswerAddresses addresses = new AnswerAddresses("the secret of the gateways".getBytes(UTF_8));

    @Test
    void anIdDependsOnTheSecretTheCollectionTheSlugAndTheRequest() {
        AnswerAddresses others = new AnswerAddresses("another secret".getBytes(UTF_8));

        assertThat(addresses.id(QUESTION, REQUEST)).isEqualTo(addresses.id(QUESTION, REQUEST));
        assertThat(Stream.of(
                        addresses.id(QUESTION, REQUEST),
                        addresses.id(QUESTION, new Fingerprint("b".repeat(64))),
                        addresses.id(new QuestionKey(ACME, "help", "logs"), REQUEST),
                        addresses.id(new QuestionKey(ACME, "faq", "log"), REQUEST),
                        addresses.id(new QuestionKey(GLOBEX, "help", "log"), REQUEST),
                        others.id(QUESTION, REQUEST)))
                .doesNotHaveDuplicates();
    }

    @Test
    void aSignatureIsValidForItsTenantAnswerAndEndOnly() {
        AnswerId id = addresses.id(QUESTION, REQUEST);
        AnswerId another = addresses.id(new QuestionKey(ACME, "help", "logs"), REQUEST);
        String signed = addresses.signed(ACME, id, Instant.ofEpochSecond(1_800_000_000));
        String signature = signed.substring(signed.indexOf("&s=") + 3);

        assertThat(signed).startsWith("/v1/t/acme/answers/" + id + "?e=1800000000&s=");
        assertThat(addresses.isSigned(ACME, id, 1_800_000_000, signature)).isTrue();
        assertThat(addresses.isSigned(ACME, id, 1_800_000_001, signature)).isFalse();
        assertThat(addresses.isSigned(GLOBEX, id, 1_800_000_000, signature)).isFalse();
        assertThat(addresses.isSigned(ACME, another, 1_800_000_000, signature)).isFalse();
        assertThat(addresses.isSigned(ACME, id, 1_800_000_000, "")).isFalse();
    }

    /** The test of the edge function has the same key and address. */
    @Test
    void signsAsTheEdgeFunctionExpects() {
        assertThat(addresses.linkKey(ACME))
                .isEqualTo("d39629ef42500be0911fb575af11a3aa939bc1210abf1bf50bee7834fd7b0e5b");
        assertThat(addresses.signed(
                        ACME,
                        new AnswerId("ans_0123456789abcdef0123456789abcdef"),
                        Instant.ofEpochSecond(4_102_444_800L)))
                .isEqualTo("/v1/t/acme/answers/ans_0123456789abcdef0123456789abcdef?e=4102444800"
                        + "&s=c2f4123d96c64971183c2bb250006978ae42e9cc008ecd3fd0568f3baf3edb59");
    }
}
