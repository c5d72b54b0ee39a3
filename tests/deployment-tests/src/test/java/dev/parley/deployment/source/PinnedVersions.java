package dev.parley.deployment.source;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versions that the root {@code pom.xml} pins. */
public record PinnedVersions(String pom) {
    public static PinnedVersions of(Checkout checkout) {
        return new PinnedVersions(checkout.text("pom.xml"));
    }

    /**
     * The value of a property.
     *
     * @throws AssertionError if there is no such property
     */
    public String get(String property) {
        Matcher matcher =
                Pattern.compile("<" + Pattern.quote(property) + ">([^<]+)</").matcher(pom);
        if (!matcher.find()) {
            throw new AssertionError("pom.xml has no property " + property);
        }
        return matcher.group(1);
    }
}
