package dev.parley.pulse;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.PackageRules;

@AnalyzeClasses(packages = "dev.parley.pulse", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.parley.pulse.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule TURNS = PackageRules.uses(
            "dev.parley.pulse.turns", "org.slf4j..", "dev.parley.contracts..", "com.fasterxml.jackson.annotation");

    @ArchTest
    static final ArchRule METRICS = PackageRules.uses("dev.parley.pulse.metrics", "org.slf4j..");

    @ArchTest
    static final ArchRule KAFKA = PackageRules.uses(
            "dev.parley.pulse.kafka",
            "org.slf4j..",
            "dev.parley.pulse.turns",
            "dev.parley.contracts..",
            "dev.parley.eventlog..",
            "org.apache.kafka..");

    @ArchTest
    static final ArchRule WEB = PackageRules.uses(
            "dev.parley.pulse.web", "org.slf4j..", "dev.parley.contracts", "com.sun.net.httpserver..");
}
