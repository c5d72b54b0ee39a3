package dev.parley.conversations;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses module = new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages("dev.parley.conversations");

    @Test
    void dependsOnContractsAndDynamoDbOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "dev.parley.conversations",
                        "dev.parley.contracts..",
                        "dev.parley.eventlog.deletion",
                        "software.amazon.awssdk..",
                        "io.micrometer.core.instrument",
                        "com.fasterxml.jackson.annotation",
                        "tools.jackson..",
                        "org.apache.kafka.common.header..",
                        "org.jspecify.annotations")
                .check(module);
    }

    /** A shared module stays small: STYLE.md allows fewer than fifteen classes. */
    @Test
    void staysUnderFifteenClasses() {
        assertThat(module.stream()
                        .filter(type ->
                                type.isTopLevelClass() && !type.getSimpleName().equals("package-info")))
                .hasSizeLessThan(15)
                .allMatch(type ->
                        type.isRecord() || type.isEnum() || type.getModifiers().contains(JavaModifier.FINAL));
    }
}
