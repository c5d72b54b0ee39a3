package dev.parley.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** Rules about what the classes of a package depend on. */
public final class PackageRules {
    private PackageRules() {}

    /** They depend on nothing but their own package, {@code java..}, {@code org.jspecify..}, and these packages. */
    public static ArchRule uses(String owner, String... others) {
        String[] allowed = Stream.concat(Stream.of(owner, "java..", "org.jspecify.."), Stream.of(others))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(owner)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }
}
