package dev.parley.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.NotGenerated;
import java.util.Arrays;
import java.util.stream.Stream;

@AnalyzeClasses(
        packages = "dev.parley.gateway",
        importOptions = {DoNotIncludeTests.class, NotGenerated.class})
class ArchitectureTest {
    private static final String[] PLAIN = {
        "java..",
        "org.jspecify..",
        "org.slf4j..",
        "reactor..",
        "tools.jackson..",
        "dev.parley.contracts..",
        "dev.parley.messages.."
    };

    @ArchTest
    static final ArchRule sessionDependsOnNoTechnology = classes()
            .that()
            .resideInAPackage("..gateway.session")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with("dev.parley.gateway.session"));

    @ArchTest
    static final ArchRule requestDependsOnNoTechnology = classes()
            .that()
            .resideInAPackage("..gateway.request")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with("dev.parley.gateway.request"));

    @ArchTest
    static final ArchRule answerDependsOnNoTechnology = classes()
            .that()
            .resideInAPackage("..gateway.answer")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with("dev.parley.gateway.answer"));

    @ArchTest
    static final ArchRule limitsDependOnNoTechnology = classes()
            .that()
            .resideInAPackage("..gateway.limits")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "org.slf4j..",
                    "reactor..",
                    "tools.jackson..",
                    "io.github.resilience4j..",
                    "io.micrometer..",
                    "dev.parley.answercache.lookup",
                    "dev.parley.contracts..",
                    "dev.parley.contracts.price",
                    "dev.parley.gateway.model",
                    "dev.parley.gateway.request",
                    "dev.parley.gateway.session",
                    "dev.parley.gateway.limits");

    @ArchTest
    static final ArchRule redisDependsOnNeitherKafkaNorWeb = classes()
            .that()
            .resideInAPackage("..gateway.redis")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "org.slf4j..",
                    "org.redisson..",
                    "io.github.resilience4j..",
                    "dev.parley.contracts..",
                    "dev.parley.gateway.limits",
                    "dev.parley.gateway.redis");

    @ArchTest
    static final ArchRule openaiDependsOnNoTechnology = classes()
            .that()
            .resideInAPackage("..gateway.openai")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    with("dev.parley.gateway.openai", "dev.parley.gateway.request", "dev.parley.gateway.answer"));

    @ArchTest
    static final ArchRule conversationDependsOnlyOnItsTable = classes()
            .that()
            .resideInAPackage("..gateway.conversation")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "tools.jackson..",
                    "com.fasterxml.jackson.annotation",
                    "dev.parley.contracts..",
                    "dev.parley.conversations",
                    "dev.parley.messages",
                    "dev.parley.gateway.conversation");

    @ArchTest
    static final ArchRule publishedDependsOnNoTechnology = classes()
            .that()
            .resideInAPackage("dev.parley.gateway.published")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with("javax.crypto..", "dev.parley.gateway.published"));

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.gateway.(*)..").should().beFreeOfCycles();

    private static String[] with(String... own) {
        return Stream.concat(Arrays.stream(PLAIN), Arrays.stream(own)).toArray(String[]::new);
    }
}
