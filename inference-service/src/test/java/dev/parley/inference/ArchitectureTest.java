package dev.parley.inference;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.NotGenerated;
import dev.parley.testing.PackageRules;

@AnalyzeClasses(
        packages = "dev.parley.inference",
        importOptions = {DoNotIncludeTests.class, NotGenerated.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule generationsAreIndependentOfTechnologies = PackageRules.uses(
            "dev.parley.inference.generation..",
            "org.slf4j..",
            "tools.jackson..",
            "dev.parley.contracts..",
            "dev.parley.messages..",
            "dev.parley.answercache");

    @ArchTest
    static final ArchRule limitsAreIndependentOfTechnologies =
            PackageRules.uses("dev.parley.inference.limits", "dev.parley.messages..", "dev.parley.answercache");

    @ArchTest
    static final ArchRule routingIsIndependentOfTechnologies = PackageRules.uses(
            "dev.parley.inference.routing",
            "dev.parley.contracts..",
            "dev.parley.answercache",
            "dev.parley.inference.generation..");

    @ArchTest
    static final ArchRule modelsAreIndependentOfTechnologies = PackageRules.uses(
            "dev.parley.inference.model",
            "org.slf4j..",
            "dev.parley.contracts..",
            "dev.parley.router",
            "dev.parley.inference.generation..");

    @ArchTest
    static final ArchRule claudeIsIndependentOfKafka = PackageRules.uses(
            "dev.parley.inference.claude",
            "org.slf4j..",
            "org.reactivestreams..",
            "reactor..",
            "io.netty..",
            "io.github.resilience4j..",
            "javax.net.ssl..",
            "dev.parley.answercache.lookup",
            "dev.parley.contracts..",
            "dev.parley.messages..",
            "dev.parley.inference.generation..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.inference.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesOfAFeatureHaveNoCycles =
            slices().matching("dev.parley.inference.(**)").should().beFreeOfCycles();
}
