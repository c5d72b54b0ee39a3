package dev.parley.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.trial.TrialEvent;
import dev.parley.experiment.kafka.PastTurns;
import dev.parley.experiment.kafka.TurnFilter;
import dev.parley.replay.selection.UsageException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options of the commands that ask past turns again. */
final class TrialOptions {
    /** The options of which another value, or another content of the file, makes another experiment. */
    private static final List<String> DECISIVE = List.of(
            "--against",
            "--alias",
            "--calibration",
            "--lifetime",
            "--since",
            "--filter",
            "--sample",
            "--judge",
            "--models");

    private static final Set<String> FILES = Set.of("--calibration", "--models");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "The name of the experiment. The same name resumes it. By default the date (UTC) with a number"
                            + " that follows from what is asked; it is printed.")
    private String name = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            required = true,
            description = "Turns from this time on: 7d, 2026-11-24.")
    Instant since = Instant.EPOCH;

    @Option(
            names = "--filter",
            paramLabel = "NAME=VALUE,...",
            description =
                    "Only turns with such a tenant, user, key, conversation, model (as requested) or kind. Repeatable.")
    private List<String> filters = new ArrayList<>();

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Turns, drawn at random; by default 200, for a calibration 500.")
    private Optional<Integer> sample = Optional.empty();

    @Option(
            names = "--budget",
            paramLabel = "USD",
            description =
                    "The most that the experiment may cost in all its runs. No trial starts that could exceed it.")
    Optional<BigDecimal> budget = Optional.empty();

    @Mixin
    CallOptions calls = new CallOptions();

    /** Checks the options. Without a name, the experiment is named by the date and the options that decide what it asks. */
    String experiment(ParseResult parsed, Clock clock) {
        calls.check();
        if (name.isEmpty()) {
            CRC32 hash = new CRC32();
            for (String option : DECISIVE) {
                if (parsed.hasMatchedOption(option)) {
                    for (String value : parsed.matchedOption(option).originalStringValues()) {
                        hash.update(FILES.contains(option) ? InputFile.read(Path.of(value)) : value.getBytes(UTF_8));
                        hash.update('\n');
                    }
                }
            }
            return "%s-%08x".formatted(LocalDate.ofInstant(clock.instant(), clock.getZone()), hash.getValue());
        }
        if (!name.matches(TrialEvent.EXPERIMENT_NAME)) {
            throw new UsageException("--name consists of at most 64 letters, digits, dots, hyphens and underscores");
        }
        return name;
    }

    int sample(int byDefault) {
        int size = sample.orElse(byDefault);
        if (size < 1 || size > PastTurns.SAMPLE_MAX) {
            throw new UsageException("--sample is from 1 to " + PastTurns.SAMPLE_MAX);
        }
        return size;
    }

    TurnFilter filter() {
        TurnFilter filter = new TurnFilter();
        filters.forEach(filter::add);
        return filter;
    }

    boolean filtersBy(String property) {
        return filters.stream().anyMatch(condition -> condition.startsWith(property + "="));
    }
}
