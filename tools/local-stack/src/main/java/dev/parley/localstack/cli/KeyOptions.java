package dev.parley.localstack.cli;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code keys} that say what a key may be used for. */
final class KeyOptions {
    private static final String LIMIT = "NUMBER|none";
    private static final String NONE = "none";

    @Option(
            names = "--models",
            paramLabel = "PREFIX[,PREFIX...]",
            description = "Prefixes of the models it may use; 'all' for all models.")
    private List<String> models = List.of();

    @Option(names = "--requests-per-minute", paramLabel = LIMIT)
    private Optional<String> requestsPerMinute = Optional.empty();

    @Option(names = "--input-tokens-per-minute", paramLabel = LIMIT)
    private Optional<String> inputTokensPerMinute = Optional.empty();

    @Option(names = "--output-tokens-per-minute", paramLabel = LIMIT)
    private Optional<String> outputTokensPerMinute = Optional.empty();

    @Option(names = "--open-streams", paramLabel = LIMIT, description = "Answers open at once.")
    private Optional<String> openStreams = Optional.empty();

    @Option(names = "--usd-per-day", paramLabel = LIMIT)
    private Optional<String> usdPerDay = Optional.empty();

    @Option(names = "--usd-per-month", paramLabel = LIMIT)
    private Optional<String> usdPerMonth = Optional.empty();

    @Option(names = "--on-disconnect", description = "continue, cancel or grace.")
    private Optional<String> onDisconnect = Optional.empty();

    @Option(
            names = "--scopes",
            split = ",",
            description = "What it may do besides chatting: publish; 'none' for nothing.")
    private @Nullable List<String> scopes;

    @Option(
            names = "--similar",
            description = "Reuse of answers to similar questions: off, strict, standard, judged or hedged.")
    private Optional<String> similar = Optional.empty();

    @Option(
            names = "--similar-cosine-min",
            paramLabel = "COSINE|none",
            description = "The least cosine of similar questions, 0.78 to 1, instead of that of --similar.")
    private Optional<String> similarCosineMin = Optional.empty();

    @Option(
            names = "--expires-at",
            paramLabel = "TIME|none",
            description = "When it expires, such as 2027-06-30T00:00:00Z.")
    private Optional<String> expiresAt = Optional.empty();

    @Option(
            names = "--mirror",
            paramLabel = "MODEL|none",
            description = "A second model that is asked a share of its requests, for comparison; needs the next two.")
    private Optional<String> mirror = Optional.empty();

    @Option(names = "--mirror-share", paramLabel = "SHARE", description = "Which share: 0.05 for 5 %%.")
    private Optional<BigDecimal> mirrorShare = Optional.empty();

    @Option(names = "--mirror-usd-per-day", paramLabel = "USD", description = "The most that this may cost in a day.")
    private Optional<BigDecimal> mirrorUsdPerDay = Optional.empty();

    /** The member {@code limits} of the gateway's API with the options that were given; {@code null} for no limit. */
    Map<String, @Nullable Object> limits() {
        Map<String, @Nullable Object> limits = new LinkedHashMap<>();
        if (!models.isEmpty()) {
            limits.put("models", prefixes());
        }
        put(limits, "requests-per-minute", requestsPerMinute);
        put(limits, "input-tokens-per-minute", inputTokensPerMinute);
        put(limits, "output-tokens-per-minute", outputTokensPerMinute);
        put(limits, "open-streams", openStreams);
        put(limits, "usd-per-day", usdPerDay);
        put(limits, "usd-per-month", usdPerMonth);
        return limits;
    }

    /** Refuses an empty one, as of a variable that is not set. Picocli would drop those at the end. */
    private List<String> prefixes() {
        String given = String.join(",", models);
        List<String> prefixes = List.of(given.split(",", -1));
        if (prefixes.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("--models: '" + given + "' has an empty prefix");
        }
        return given.equals("all") ? List.of() : prefixes;
    }

    private static void put(Map<String, @Nullable Object> members, String option, Optional<String> number) {
        number.ifPresent(text -> {
            try {
                members.put(option.replace('-', '_'), text.equals(NONE) ? null : new BigDecimal(text));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "--" + option + ": '" + text + "' is neither a number nor " + NONE, e);
            }
        });
    }

    /** The members beside {@code limits} that were given; {@code null} for no expiry and no mirror. */
    Map<String, @Nullable Object> others() {
        Map<String, @Nullable Object> others = new LinkedHashMap<>();
        onDisconnect.ifPresent(policy -> others.put("on_disconnect", policy));
        List<String> given = scopes;
        if (given != null) {
            others.put("scopes", given.equals(List.of(NONE)) ? List.of() : given);
        }
        similar.ifPresent(mode -> others.put("similar", mode));
        put(others, "similar-cosine-min", similarCosineMin);
        expiresAt.ifPresent(time -> others.put("expires_at", time.equals(NONE) ? null : time));
        if (mirror.equals(Optional.of(NONE))) {
            others.put("mirror", null);
        } else {
            Map<String, Object> members = new LinkedHashMap<>();
            mirror.ifPresent(model -> members.put("model", model));
            mirrorShare.ifPresent(share -> members.put("share", share));
            mirrorUsdPerDay.ifPresent(usd -> members.put("usd_per_day", usd));
            if (!members.isEmpty()) {
                others.put("mirror", members);
            }
        }
        return others;
    }
}
