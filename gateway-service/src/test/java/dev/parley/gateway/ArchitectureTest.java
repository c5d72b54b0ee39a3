package dev.parley.gateway;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.NotGenerated;
import dev.parley.testing.PackageRules;
import java.util.Arrays;
import java.util.stream.Stream;

@AnalyzeClasses(
        packages = "dev.parley.gateway",
        importOptions = {DoNotIncludeTests.class, NotGenerated.class})
class ArchitectureTest {
    private static final String[] PLAIN = {
        "org.slf4j..", "reactor..", "tools.jackson..", "dev.parley.contracts..", "dev.parley.messages.."
    };

    @ArchTest
    static final ArchRule sessionDependsOnNoTechnology = PackageRules.uses("dev.parley.gateway.session", PLAIN);

    @ArchTest
    static final ArchRule requestDependsOnNoTechnology = PackageRules.uses("dev.parley.gateway.request", PLAIN);

    @ArchTest
    static final ArchRule answerDependsOnNoTechnology = PackageRules.uses("dev.parley.gateway.answer", PLAIN);

    @ArchTest
    static final ArchRule limitsDependOnNoTechnology = PackageRules.uses(
            "dev.parley.gateway.limits",
            "org.slf4j..",
            "reactor..",
            "tools.jackson..",
            "io.github.resilience4j..",
            "io.micrometer..",
            "dev.parley.answercache.lookup",
            "dev.parley.contracts..",
            "dev.parley.gateway.model",
            "dev.parley.gateway.request",
            "dev.parley.gateway.session");

    @ArchTest
    static final ArchRule redisDependsOnNeitherKafkaNorWeb = PackageRules.uses(
            "dev.parley.gateway.redis",
            "org.slf4j..",
            "org.redisson..",
            "io.github.resilience4j..",
            "dev.parley.contracts..",
            "dev.parley.gateway.limits");

    @ArchTest
    static final ArchRule openaiDependsOnNoTechnology = PackageRules.uses(
            "dev.parley.gateway.openai",
            with("dev.parley.gateway.model", "dev.parley.gateway.request", "dev.parley.gateway.answer"));

    @ArchTest
    static final ArchRule conversationDependsOnlyOnItsTable = PackageRules.uses(
            "dev.parley.gateway.conversation",
            "tools.jackson..",
            "com.fasterxml.jackson.annotation",
            "dev.parley.contracts..",
            "dev.parley.conversations",
            "dev.parley.gateway.request",
            "dev.parley.messages");

    @ArchTest
    static final ArchRule publishedDependsOnNoTechnology =
            PackageRules.uses("dev.parley.gateway.published", with("javax.crypto.."));

    @ArchTest
    static final ArchRule connectionsDependOnNoHandlers = PackageRules.uses(
            "dev.parley.gateway.web.connection",
            "org.slf4j..",
            "io.netty..",
            "reactor..",
            "org.reactivestreams",
            "org.springframework..",
            "dev.parley.contracts..",
            "dev.parley.messages");

    @ArchTest
    static final ArchRule filtersDependOnNoHandlers = PackageRules.uses(
            "dev.parley.gateway.web.filter",
            "io.netty..",
            "reactor..",
            "org.springframework..",
            "dev.parley.gateway.web.response");

    @ArchTest
    static final ArchRule inputDependsOnNoHandlers = PackageRules.uses(
            "dev.parley.gateway.web.input",
            with(
                    "io.opentelemetry.api.trace",
                    "org.springframework..",
                    "dev.parley.gateway.request",
                    "dev.parley.gateway.session",
                    "dev.parley.gateway.web.connection",
                    "dev.parley.gateway.web.pool",
                    "dev.parley.gateway.web.response"));

    @ArchTest
    static final ArchRule poolsDependOnNoHandlers = PackageRules.uses(
            "dev.parley.gateway.web.pool", "reactor..", "org.springframework..", "dev.parley.gateway.web.response");

    @ArchTest
    static final ArchRule responsesDependOnNoHandlers = PackageRules.uses(
            "dev.parley.gateway.web.response",
            with(
                    "io.micrometer..",
                    "org.apache.kafka.common",
                    "org.springframework..",
                    "software.amazon.awssdk.core.exception",
                    "dev.parley.gateway.answer",
                    "dev.parley.gateway.limits",
                    "dev.parley.gateway.openai",
                    "dev.parley.gateway.request"));

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesOfTheWebHaveNoCycles =
            slices().matching("dev.parley.gateway.web.(*)..").should().beFreeOfCycles();

    private static String[] with(String... own) {
        return Stream.concat(Arrays.stream(PLAIN), Arrays.stream(own)).toArray(String[]::new);
    }
}
