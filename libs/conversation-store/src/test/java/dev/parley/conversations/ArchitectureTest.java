package dev.parley.conversations;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
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
}
