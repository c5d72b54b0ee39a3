package dev.parley.localstack.cli;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code keys} that say what a key may be used for. */
final class KeyOptions {
    private static final String LIMIT = "NUMBER|none";
    private static final String NONE = "none";

    @Option(
            names = "--models",
            paramLabel = "PREFIX[,PREFIX...]",
            converter = PrefixesConverter.class,
            description = "Prefixes of the models it may use; 'all' for all models.")
    private @Nullable List<Prefixes> models;

    @Option(names = "--requests-per-minute", paramLabel = LIMIT, converter = LimitConverter.class)
    private Optional<Limit> requestsPerMinute = Optional.empty();

    @Option(names = "--input-tokens-per-minute", paramLabel = LIMIT, converter = LimitConverter.class)
    private Optional<Limit> inputTokensPerMinute = Optional.empty();

    @Option(names = "--output-tokens-per-minute", paramLabel = LIMIT, converter = LimitConverter.class)
    private Optional<Limit> outputTokensPerMinute = Optional.empty();

    @Option(
            names = "--open-streams",
            paramLabel = LIMIT,
            converter = LimitConverter.class,
            description = "Answers open at once.")
    private Optional<Limit> openStreams = Optional.empty();

    @Option(names = "--usd-per-day", paramLabel = LIMIT, converter = LimitConverter.class)
    private Optional<Limit> usdPerDay = Optional.empty();

    @Option(names = "--usd-per-month", paramLabel = LIMIT, converter = LimitConverter.class)
    private Optional<Limit> usdPerMonth = Optional.empty();

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
        List<Prefixes> given = models;
        if (given != null) {
            List<String> prefixes =
                    given.stream().flatMap(each -> each.names().stream()).toList();
            limits.put("models", prefixes.equals(List.of("all")) ? List.of() : prefixes);
        }
        requestsPerMinute.ifPresent(limit -> limits.put("requests_per_minute", limit.number()));
        inputTokensPerMinute.ifPresent(limit -> limits.put("input_tokens_per_minute", limit.number()));
        outputTokensPerMinute.ifPresent(limit -> limits.put("output_tokens_per_minute", limit.number()));
        openStreams.ifPresent(limit -> limits.put("open_streams", limit.number()));
        usdPerDay.ifPresent(limit -> limits.put("usd_per_day", limit.number()));
        usdPerMonth.ifPresent(limit -> limits.put("usd_per_month", limit.number()));
        return limits;
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

    private record Prefixes(List<String> names) {}

    /** Refuses an empty one, as of a variable that is not set. Picocli would drop those at the end. */
    private static final class PrefixesConverter implements ITypeConverter<Prefixes> {
        @Override
        public Prefixes convert(String value) {
            List<String> names = List.of(value.split(",", -1));
            if (names.stream().anyMatch(String::isBlank)) {
                throw new TypeConversionException("'" + value + "' has an empty prefix");
            }
            return new Prefixes(names);
        }
    }

    private record Limit(@Nullable BigDecimal number) {}

    private static final class LimitConverter implements ITypeConverter<Limit> {
        @Override
        public Limit convert(String value) {
            try {
                return new Limit(value.equals(NONE) ? null : new BigDecimal(value));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + value + "' is neither a number nor " + NONE);
            }
        }
    }
}
