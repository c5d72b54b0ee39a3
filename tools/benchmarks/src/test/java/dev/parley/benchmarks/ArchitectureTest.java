package dev.parley.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The generator knows nothing of what it measures, and the endpoint as it was nothing of what measures it. */
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
    static final ArchRule THE_PREDECESSOR_STANDS_ALONE = classes()
            .that()
            .resideInAPackage("dev.parley.benchmarks.predecessor")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "com.sun.net.httpserver",
                    "org.jspecify..",
                    "software.amazon.awssdk..",
                    "dev.parley.benchmarks.predecessor");

    @ArchTest
    static final ArchRule FINDINGS_ARE_VALUES = classes()
            .that()
            .resideInAPackage("dev.parley.benchmarks.findings")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "org.jspecify..", "dev.parley.benchmarks.findings", "dev.parley.benchmarks.machine");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.parley.benchmarks.(*)").should().beFreeOfCycles();
}
