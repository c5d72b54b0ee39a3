package dev.parley.gateway.published;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.published.AnswerId;
import dev.parley.contracts.published.QuestionKey;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the ids of published answers, and signs addresses for the people of one tenant. Each collection and each tenant has a
 * key of its own, derived from the secret of the gateways.
 */
public final class AnswerAddresses {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int ID_BYTES = 16;

    private final byte[] secret;

    public AnswerAddresses(byte[] secret) {
        this.secret = secret.clone();
    }

    /** The id of the answer to a request under this name. It cannot be computed from the question without the secret. */
    public AnswerId id(QuestionKey question, Fingerprint request) {
        byte[] collection = mac(secret, "collection " + question.collectionAddress());
        byte[] mac = mac(collection, question.slug() + "\n" + request);
        return new AnswerId("ans_" + HexFormat.of().formatHex(mac, 0, ID_BYTES));
    }

    /** A signed address, valid until {@code end}. */
    public String signed(TenantId tenant, AnswerId id, Instant end) {
        String path = path(tenant, id);
        return path + "?e=" + end.getEpochSecond() + "&s=" + signature(tenant, path, end.getEpochSecond());
    }

    /** Whether a signature is that of {@link #signed}; the caller compares the end with the time. */
    public boolean isSigned(TenantId tenant, AnswerId id, long end, String signature) {
        return MessageDigest.isEqual(
                signature(tenant, path(tenant, id), end).getBytes(UTF_8), signature.getBytes(UTF_8));
    }

    /** The key of a tenant's signatures in hexadecimal digits, which also the edge function has. */
    public String linkKey(TenantId tenant) {
        return HexFormat.of().formatHex(mac(secret, "links of " + tenant));
    }

    private String signature(TenantId tenant, String path, long end) {
        return HexFormat.of().formatHex(mac(linkKey(tenant).getBytes(UTF_8), path + "?e=" + end));
    }

    private static String path(TenantId tenant, AnswerId id) {
        return "/v1/t/" + tenant + "/answers/" + id;
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
