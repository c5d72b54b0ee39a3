package dev.parley.experiment;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.experiment", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule trialsAreIndependentOfTechnologies = classes()
            .that()
            .resideInAPackage("..experiment.trial")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "tools.jackson..",
                    "dev.parley.contracts..",
                    "dev.parley.router",
                    "dev.parley.experiment.trial");

    @ArchTest
    static final ArchRule similarQuestionsAreIndependentOfTechnologies = classes()
            .that()
            .resideInAPackage("..experiment.similar")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "tools.jackson..",
                    "dev.parley.contracts..",
                    "dev.parley.similar",
                    "dev.parley.experiment.trial",
                    "dev.parley.experiment.similar");

    @ArchTest
    static final ArchRule mirrorsAreIndependentOfTechnologies = classes()
            .that()
            .resideInAPackage("..experiment.mirror")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "dev.parley.contracts..",
                    "dev.parley.experiment.trial",
                    "dev.parley.experiment.mirror");
}
