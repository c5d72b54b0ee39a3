package dev.parley.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.simulator", importOptions = ImportOption.DoNotIncludeTests.class)
class SimulatorDependenciesTest {
    @ArchTest
    static final ArchRule onlyHttpKnowsNetty = classes()
            .that()
            .resideOutsideOfPackage("dev.parley.simulator.http..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.parley.simulator..", "java..", "tools.jackson..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule proseNeedsNothing = classes()
            .that()
            .resideInAnyPackage("dev.parley.simulator.prose..", "dev.parley.simulator.directive..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.simulator.prose..",
                    "dev.parley.simulator.directive..",
                    "java..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("dev.parley.simulator.(*)..").should().beFreeOfCycles();
}
