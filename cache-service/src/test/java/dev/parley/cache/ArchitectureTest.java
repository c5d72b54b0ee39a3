package dev.parley.cache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.NotGenerated;

@AnalyzeClasses(
        packages = "dev.parley.cache",
        importOptions = {DoNotIncludeTests.class, NotGenerated.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule answersAreIndependentOfTechnologies = classes()
            .that()
            .resideInAPackage("dev.parley.cache.answer..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.cache.answer..",
                    "dev.parley.answercache",
                    "dev.parley.contracts..",
                    "java..",
                    "tools.jackson..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule edgeIsPlain = classes()
            .that()
            .resideInAPackage("dev.parley.cache.edge..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.parley.cache.edge..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule kafkaIsIndependentOfRedis = classes()
            .that()
            .resideInAPackage("dev.parley.cache.kafka..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.cache.kafka..",
                    "dev.parley.cache.answer..",
                    "dev.parley.cache.edge..",
                    "dev.parley.answercache",
                    "dev.parley.contracts..",
                    "dev.parley.eventlog..",
                    "org.apache.kafka..",
                    "org.springframework..",
                    "io.micrometer..",
                    "io.opentelemetry.api..",
                    "tools.jackson..",
                    "java..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.cache.(*)..").should().beFreeOfCycles();
}
