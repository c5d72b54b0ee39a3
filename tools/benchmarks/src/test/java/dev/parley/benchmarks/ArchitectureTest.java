package dev.parley.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The load generator and the reports do not depend on the systems that are measured. */
@AnalyzeClasses(packages = "dev.parley.benchmarks", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_GENERATOR_STANDS_ALONE = classes()
            .that()
            .resideInAPackage("dev.parley.benchmarks.load")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "org.jspecify..", "io.netty..", "org.HdrHistogram", "dev.parley.benchmarks.load");

    @ArchTest
    static final ArchRule REPORTS_STAND_ALONE = classes()
            .that()
            .resideInAPackage("dev.parley.benchmarks.report")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "org.knowm.xchart..",
                    "com.fasterxml.jackson.annotation",
                    "tools.jackson..",
                    "dev.parley.benchmarks.report",
                    "dev.parley.benchmarks.machine");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.parley.benchmarks.(*)").should().beFreeOfCycles();
}
