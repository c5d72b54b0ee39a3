package dev.parley.replay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.replay", importOptions = ImportOption.DoNotIncludeTests.class)
class ReplayDependenciesTest {
    @ArchTest
    static final ArchRule replayDependsOnContractsConnectionAndDeletionsOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.replay..",
                    "dev.parley.contracts..",
                    "dev.parley.eventlog",
                    "dev.parley.eventlog.deletion",
                    "dev.parley.eventlog.process",
                    "java..",
                    "org.apache.kafka.clients..",
                    "org.apache.kafka.common..",
                    "tools.jackson..",
                    "picocli..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule selectionDependsOnRecordsAndOptionsOnly = classes()
            .that()
            .resideInAPackage("dev.parley.replay.selection..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.replay.selection..",
                    "dev.parley.contracts..",
                    "java..",
                    "org.apache.kafka.clients.consumer..",
                    "org.apache.kafka.common..",
                    "picocli..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule outputDoesNotDependOnKafka = classes()
            .that()
            .resideInAPackage("dev.parley.replay.output..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.replay.output..",
                    "dev.parley.replay.record..",
                    "dev.parley.replay.selection..",
                    "java..",
                    "tools.jackson..",
                    "org.jspecify.annotations..");
}
