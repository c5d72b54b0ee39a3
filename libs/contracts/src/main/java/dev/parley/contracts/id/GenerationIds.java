package dev.parley.contracts.id;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes generation ids, and tells those of a tenant from all others: the last 24 bits of an id are the beginning of an
 * HMAC-SHA256 over its other bits and the tenant. All gateways have the same secret, nothing else has it, so a client cannot
 * make an id. A guess is right once in 16.8 million.
 */
public final class GenerationIds {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 3;

    /** Never used but to be cloned: one that works is for one thread. */
    private final Mac keyed;

    /**
     * Makes it.
     *
     * @param secret not empty
     */
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
     * @param deltaPartition where the pieces of the generation will be, from 0 to 1023
     */
    public GenerationId next(Clock clock, int deltaPartition, TenantId tenant, AnswerFormat format) {
        byte[] uuid = GenerationId.unsigned(clock, deltaPartition, format).uuid();
        byte[] signature = signature(tenant, uuid);
        System.arraycopy(signature, 0, uuid, uuid.length - SIGNATURE_BYTES, SIGNATURE_BYTES);
        return GenerationId.of(uuid);
    }

    /** Whether it was made here for this tenant. */
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
