package dev.parley.cache;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.NotGenerated;
import dev.parley.testing.PackageRules;

@AnalyzeClasses(
        packages = "dev.parley.cache",
        importOptions = {DoNotIncludeTests.class, NotGenerated.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule answersAreIndependentOfTechnologies = PackageRules.uses(
            "dev.parley.cache.answer..", "dev.parley.answercache", "dev.parley.contracts..", "tools.jackson..");

    @ArchTest
    static final ArchRule edgeIsPlain = PackageRules.uses("dev.parley.cache.edge..");

    @ArchTest
    static final ArchRule kafkaIsIndependentOfRedis = PackageRules.uses(
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
            "org.slf4j..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.cache.(*)..").should().beFreeOfCycles();
}
