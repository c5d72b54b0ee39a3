package dev.parley.pulse;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.pulse", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final DescribedPredicate<JavaClass> PLAIN =
            resideInAnyPackage("java..", "org.jspecify..", "org.slf4j..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.parley.pulse.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule TURNS = classes()
            .that()
            .resideInAPackage("dev.parley.pulse.turns")
            .should()
            .onlyDependOnClassesThat(PLAIN.or(
                    resideInAnyPackage("dev.parley.pulse.turns", "dev.parley.contracts..", "tools.jackson..")));

    @ArchTest
    static final ArchRule METRICS = classes()
            .that()
            .resideInAPackage("dev.parley.pulse.metrics")
            .should()
            .onlyDependOnClassesThat(PLAIN.or(resideInAnyPackage("dev.parley.pulse.metrics")));

    @ArchTest
    static final ArchRule KAFKA = classes()
            .that()
            .resideInAPackage("dev.parley.pulse.kafka")
            .should()
            .onlyDependOnClassesThat(PLAIN.or(resideInAnyPackage(
                    "dev.parley.pulse.kafka",
                    "dev.parley.pulse.turns",
                    "dev.parley.contracts..",
                    "dev.parley.eventlog..",
                    "org.apache.kafka..")));

    @ArchTest
    static final ArchRule WEB = classes()
            .that()
            .resideInAPackage("dev.parley.pulse.web")
            .should()
            .onlyDependOnClassesThat(PLAIN.or(
                    resideInAnyPackage("dev.parley.pulse.web", "dev.parley.contracts", "com.sun.net.httpserver..")));
}
