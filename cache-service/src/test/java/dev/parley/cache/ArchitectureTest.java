package dev.parley.cache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.cache", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule answersKnowNoTechnology = classes()
            .that()
            .resideInAPackage("dev.parley.cache.answer..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.cache.answer..",
                    "dev.parley.contracts..",
                    "java..",
                    "tools.jackson..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule requestsKnowNoTechnologyButAnswers = classes()
            .that()
            .resideInAPackage("dev.parley.cache.request..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.cache.request..",
                    "dev.parley.cache.answer..",
                    "dev.parley.contracts..",
                    "java..",
                    "tools.jackson..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule lookupsKnowTheBreakerButNoStore = classes()
            .that()
            .resideInAPackage("dev.parley.cache.lookup..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.cache.lookup..",
                    "dev.parley.cache.request..",
                    "dev.parley.cache.answer..",
                    "io.github.resilience4j..",
                    "io.micrometer..",
                    "java..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule redisKnowsRedissonAndAnswers = classes()
            .that()
            .resideInAPackage("dev.parley.cache.redis..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.cache.redis..",
                    "dev.parley.cache.answer..",
                    "dev.parley.contracts..",
                    "dev.parley.deletions..",
                    "org.redisson..",
                    "java..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule kafkaKnowsNoRedis = classes()
            .that()
            .resideInAPackage("dev.parley.cache.kafka..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.parley.cache.kafka..",
                    "dev.parley.cache.lookup..",
                    "dev.parley.cache.request..",
                    "dev.parley.cache.answer..",
                    "dev.parley.contracts..",
                    "dev.parley.membership",
                    "org.apache.kafka..",
                    "org.springframework..",
                    "io.micrometer..",
                    "tools.jackson..",
                    "java..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.cache.(*)..").should().beFreeOfCycles();
}
