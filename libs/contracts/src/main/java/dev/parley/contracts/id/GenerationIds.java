package dev.parley.contracts.id;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The factory and verifier of signed generation ids: the last 24 bits of an id are the first bits of an HMAC-SHA256 over its
 * other bits and the tenant. Only the gateways have the secret, and all have the same, so a client cannot create an id. A
 * guess is valid with a probability of 1 in 16.8 million.
 */
public final class GenerationIds {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 3;

    /** The template for clones, never used itself: a {@link Mac} is not thread-safe. */
    private final Mac keyed;

    /** An instance with a secret, which is not empty. */
    public GenerationIds(byte[] secret) {
        try {
            keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /**
     * A new id.
     *
     * @param deltaPartition the partition for the generation's records, from 0 to 1023
     * @param alias the alias of a model that the request names; empty if it names a model
     */
    public GenerationId next(
            Clock clock, int deltaPartition, TenantId tenant, AnswerFormat format, Optional<String> alias) {
        byte[] uuid = GenerationId.unsigned(clock, deltaPartition, format).uuid();
        GenerationId.mark(uuid, alias);
        byte[] signature = signature(tenant, uuid);
        System.arraycopy(signature, 0, uuid, uuid.length - SIGNATURE_BYTES, SIGNATURE_BYTES);
        return GenerationId.of(uuid);
    }

    /** Whether an id was created with this secret for this tenant. */
    public boolean isOf(TenantId tenant, GenerationId generation) {
        byte[] uuid = generation.uuid();
        byte[] signature = Arrays.copyOf(signature(tenant, uuid), SIGNATURE_BYTES);
        return MessageDigest.isEqual(signature, Arrays.copyOfRange(uuid, uuid.length - SIGNATURE_BYTES, uuid.length));
    }

    private byte[] signature(TenantId tenant, byte[] uuid) {
        Mac mac;
        try {
            mac = (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own " + ALGORITHM + " can be cloned", e);
        }
        mac.update(uuid, 0, uuid.length - SIGNATURE_BYTES);
        return mac.doFinal(tenant.value().getBytes(UTF_8));
    }
}
