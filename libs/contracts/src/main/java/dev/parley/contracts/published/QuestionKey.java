package dev.parley.contracts.published;

import dev.parley.contracts.id.TenantId;
import java.util.regex.Pattern;

/**
 * The name of a published question, and the key of its events.
 *
 * @param collection the name of the collection within the tenant: 1 to 64 lower-case letters, digits and {@code -}
 * @param slug the name of the question within the collection: up to 100 such characters
 */
public record QuestionKey(TenantId tenant, String collection, String slug) {
    private static final Pattern COLLECTION = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern SLUG = Pattern.compile("[a-z0-9-]{1,100}");

    /** Throws an {@link IllegalArgumentException} if a name has another form. */
    public QuestionKey {
        if (!COLLECTION.matcher(collection).matches()) {
            throw new IllegalArgumentException("a collection has 1 to 64 lower-case letters, digits and -");
        }
        if (!SLUG.matcher(slug).matches()) {
            throw new IllegalArgumentException("a slug has 1 to 100 lower-case letters, digits and -");
        }
    }

    /** The collection in public addresses, unique among all tenants: {@code tenant.collection}. */
    public String collectionAddress() {
        return tenant + "." + collection;
    }

    /** Whether {@link #collectionAddress} is this one. All published questions are compared with it, so no text is made for each. */
    public boolean isIn(String address) {
        int tenantLength = tenant.value().length();
        return address.length() == tenantLength + 1 + collection.length()
                && address.charAt(tenantLength) == '.'
                && address.endsWith(collection)
                && address.startsWith(tenant.value());
    }

    /** {@code tenant/collection/slug}, the key of the records. */
    @Override
    public String toString() {
        return tenant + "/" + collection + "/" + slug;
    }
}
