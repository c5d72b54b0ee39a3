package dev.parley.persistence;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.NotGenerated;
import dev.parley.testing.PackageRules;

@AnalyzeClasses(
        packages = "dev.parley.persistence",
        importOptions = {DoNotIncludeTests.class, NotGenerated.class})
class ArchitectureTest {
    private static final String[] PLAIN = {
        "dev.parley.contracts.event",
        "dev.parley.contracts.id",
        "dev.parley.conversations",
        "dev.parley.persistence.turn",
        "dev.parley.persistence.retry"
    };

    @ArchTest
    static final ArchRule TURNS_ARE_PLAIN_JAVA = PackageRules.uses("dev.parley.persistence.turn..", PLAIN);

    @ArchTest
    static final ArchRule RETRIES_ARE_PLAIN_JAVA = PackageRules.uses("dev.parley.persistence.retry..", PLAIN);

    @ArchTest
    static final ArchRule DYNAMODB_IS_INDEPENDENT_OF_KAFKA = PackageRules.uses(
            "dev.parley.persistence.dynamodb..",
            "org.slf4j",
            "io.micrometer.core.instrument",
            "software.amazon.awssdk..",
            "org.springframework.boot.health.contributor",
            "dev.parley.contracts",
            "dev.parley.contracts.event",
            "dev.parley.contracts.id",
            "dev.parley.conversations",
            "dev.parley.persistence.turn",
            "dev.parley.persistence.retry");

    @ArchTest
    static final ArchRule KAFKA_IS_INDEPENDENT_OF_DYNAMODB = PackageRules.uses(
            "dev.parley.persistence.kafka..",
            "org.slf4j",
            "io.micrometer.core.instrument",
            "org.apache.kafka..",
            "org.springframework.kafka..",
            "org.springframework.messaging..",
            "org.springframework.cloud.stream.binder.kafka",
            "org.springframework.boot.health.contributor",
            "org.springframework.util..",
            "dev.parley.contracts..",
            "dev.parley.conversations",
            "dev.parley.eventlog",
            "dev.parley.eventlog.spring",
            "dev.parley.persistence.telemetry",
            "dev.parley.persistence.turn",
            "dev.parley.persistence.retry");

    @ArchTest
    static final ArchRule TELEMETRY_ONLY_OBSERVES = PackageRules.uses(
            "dev.parley.persistence.telemetry..",
            "org.slf4j",
            "io.micrometer.core.instrument",
            "io.opentelemetry..",
            "dev.parley.contracts.event",
            "dev.parley.contracts.id",
            "dev.parley.conversations",
            "dev.parley.eventlog.trace",
            "dev.parley.persistence.turn");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.parley.persistence.(*)..").should().beFreeOfCycles();
}
