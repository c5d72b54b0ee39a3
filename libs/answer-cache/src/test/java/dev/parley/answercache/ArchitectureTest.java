package dev.parley.answercache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.answercache", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule answersAreIndependentOfTechnologies = classes()
            .that()
            .resideInAPackage("dev.parley.answercache")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.answercache", "dev.parley.contracts..", "java..", "tools.jackson..", "org.jspecify..");

    @ArchTest
    static final ArchRule lookupsDependOnTheBreakerButOnNoStore = classes()
            .that()
            .resideInAPackage("dev.parley.answercache.lookup")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.answercache.lookup",
                    "dev.parley.answercache",
                    "io.github.resilience4j..",
                    "io.micrometer..",
                    "java..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule redisDependsOnRedissonAndAnswers = classes()
            .that()
            .resideInAPackage("dev.parley.answercache.redis")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.answercache.redis",
                    "dev.parley.answercache",
                    "dev.parley.contracts..",
                    "dev.parley.eventlog.deletion",
                    "org.redisson..",
                    "javax.net.ssl",
                    "java..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.answercache.(*)..").should().beFreeOfCycles();
}
