package dev.parley.contracts;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.contracts", importOptions = ImportOption.DoNotIncludeTests.class)
class ContractsDependenciesTest {
    @ArchTest
    static final ArchRule contractsDependOnKafkaAndJacksonOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.contracts..",
                    "java..",
                    "javax.crypto..",
                    "org.apache.kafka.clients..",
                    "org.apache.kafka.common..",
                    "tools.jackson..",
                    "com.fasterxml.jackson.annotation..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule idsHaveNoDependencies = classes()
            .that()
            .resideInAPackage("dev.parley.contracts.id..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.contracts.id..",
                    "java..",
                    "javax.crypto..",
                    "com.fasterxml.jackson.annotation..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.contracts.(*)..").should().beFreeOfCycles();
}
