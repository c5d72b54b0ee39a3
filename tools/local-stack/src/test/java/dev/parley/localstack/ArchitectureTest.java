package dev.parley.localstack;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Processes do not depend on the servers, these not on the system, and the system not on the commands. */
@AnalyzeClasses(packages = "dev.parley.localstack", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final DescribedPredicate<JavaClass> ANYWHERE =
            resideInAnyPackage("java..", "org.jspecify..", "tools.jackson..", "com.fasterxml.jackson.annotation");
    private static final String PROCESS = "dev.parley.localstack.process";
    private static final String SERVERS = "dev.parley.localstack.servers";

    @ArchTest
    static final ArchRule PROCESSES_STAND_ALONE = classes()
            .that()
            .resideInAPackage(PROCESS)
            .should()
            .onlyDependOnClassesThat(ANYWHERE.or(resideInAnyPackage(PROCESS)));

    @ArchTest
    static final ArchRule SERVERS_ARE_PROCESSES = classes()
            .that()
            .resideInAPackage(SERVERS)
            .should()
            .onlyDependOnClassesThat(ANYWHERE.or(resideInAnyPackage(
                    PROCESS, SERVERS, "dev.parley.contracts..", "dev.parley.eventlog", "org.apache.kafka..")));

    @ArchTest
    static final ArchRule CLIENTS_OF_THE_GATEWAY_NEED_ONLY_HTTP = classes()
            .that()
            .resideInAPackage("dev.parley.localstack.gateway")
            .should()
            .onlyDependOnClassesThat(ANYWHERE.or(resideInAnyPackage("dev.parley.localstack.gateway")));

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.parley.localstack.(*)").should().beFreeOfCycles();
}
