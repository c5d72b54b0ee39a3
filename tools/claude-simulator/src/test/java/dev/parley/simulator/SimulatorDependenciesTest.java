package dev.parley.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.simulator", importOptions = ImportOption.DoNotIncludeTests.class)
class SimulatorDependenciesTest {
    @ArchTest
    static final ArchRule requestDependsOnNoOtherPackage = only("request", "com.networknt.schema..");

    @ArchTest
    static final ArchRule answerDependsOnRequests = only("answer", "dev.parley.simulator.request..");

    @ArchTest
    static final ArchRule scriptDependsOnAnswersAndRequests =
            only("script", "dev.parley.simulator.answer..", "dev.parley.simulator.request..");

    @ArchTest
    static final ArchRule onlyHttpAndTheWiringDependOnNetty = classes()
            .that()
            .resideInAnyPackage(
                    "dev.parley.simulator.answer..",
                    "dev.parley.simulator.api..",
                    "dev.parley.simulator.request..",
                    "dev.parley.simulator.script..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.simulator..",
                    "java..",
                    "tools.jackson..",
                    "com.networknt.schema..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("dev.parley.simulator.(*)..").should().beFreeOfCycles();

    private static ArchRule only(String packageName, String... others) {
        String own = "dev.parley.simulator." + packageName + "..";
        return classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(others)
                        .or(JavaClass.Predicates.resideInAnyPackage(
                                own, "java..", "tools.jackson..", "org.jspecify.annotations..")));
    }
}
