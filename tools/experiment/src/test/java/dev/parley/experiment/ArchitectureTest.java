package dev.parley.experiment;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.parley.testing.PackageRules;

@AnalyzeClasses(packages = "dev.parley.experiment", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule trialsAreIndependentOfTechnologies = PackageRules.uses(
            "dev.parley.experiment.trial",
            "tools.jackson..",
            "dev.parley.contracts..",
            "dev.parley.messages",
            "dev.parley.router");

    @ArchTest
    static final ArchRule similarQuestionsAreIndependentOfTechnologies = PackageRules.uses(
            "dev.parley.experiment.similar",
            "tools.jackson..",
            "dev.parley.contracts..",
            "dev.parley.similar",
            "dev.parley.experiment.trial");

    @ArchTest
    static final ArchRule calibrationsAreIndependentOfTechnologies = PackageRules.uses(
            "dev.parley.experiment.calibration",
            "dev.parley.contracts..",
            "dev.parley.router",
            "dev.parley.similar",
            "dev.parley.experiment.trial");

    @ArchTest
    static final ArchRule mirrorsAreIndependentOfTechnologies =
            PackageRules.uses("dev.parley.experiment.mirror", "dev.parley.contracts..", "dev.parley.experiment.trial");
}
