package dev.parley.answercache;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.PackageRules;

@AnalyzeClasses(packages = "dev.parley.answercache", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule answersAreIndependentOfTechnologies =
            PackageRules.uses("dev.parley.answercache", "dev.parley.contracts..", "tools.jackson..");

    @ArchTest
    static final ArchRule lookupsDependOnTheBreakerButOnNoStore = PackageRules.uses(
            "dev.parley.answercache.lookup",
            "dev.parley.answercache",
            "dev.parley.contracts",
            "dev.parley.contracts.id",
            "io.github.resilience4j..",
            "io.micrometer..",
            "org.slf4j..");

    @ArchTest
    static final ArchRule redisDependsOnRedissonAndAnswers = PackageRules.uses(
            "dev.parley.answercache.redis",
            "dev.parley.answercache",
            "dev.parley.contracts..",
            "dev.parley.eventlog.deletion",
            "org.redisson..",
            "javax.net.ssl",
            "org.slf4j..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.answercache.(*)..").should().beFreeOfCycles();
}
