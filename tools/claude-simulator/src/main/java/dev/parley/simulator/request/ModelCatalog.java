package dev.parley.simulator.request;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The models of the simulator. Any other name that begins with {@code claude-} is a model too, so that a new one needs no
 * change here, unless it contains {@code unknown}.
 */
public final class ModelCatalog {
    /**
     * A model.
     *
     * @param id the dated name, which answers carry
     * @param createdAt an RFC 3339 instant
     * @param systemMessages whether messages may have the role {@code system}
     * @param prefill whether a request may end in an assistant message
     * @param sampling whether it accepts sampling parameters that are not the default
     * @param leastThinking the least thinking that it permits
     * @param thinking the {@code thinking.type}s that it accepts
     * @param effort the levels of {@code output_config.effort} that it accepts
     */
    public record Model(
            String id,
            String displayName,
            String createdAt,
            int outputTokensMax,
            boolean systemMessages,
            boolean prefill,
            boolean sampling,
            LeastThinking leastThinking,
            Set<String> thinking,
            List<String> effort) {

        /** Why a {@code thinking.type} is refused; empty if it is accepted. */
        Optional<String> thinkingError(String type) {
            if (thinking.contains(type)) {
                return Optional.empty();
            }
            if (type.equals("adaptive")) {
                return Optional.of("adaptive thinking is not supported on this model");
            }
            String instead =
                    type.equals("disabled") && thinking.contains("between_tools") ? "between_tools" : "adaptive";
            return Optional.of("\"thinking.type." + type + "\" is not supported for this model. Use \"thinking.type."
                    + instead + "\" and \"output_config.effort\" to control thinking behavior.");
        }
    }

    /** The least thinking that a model permits: all but the first think unless a request forbids it. */
    public enum LeastThinking {
        ON_REQUEST,
        DISABLED,
        BETWEEN_TOOLS,
        ALWAYS;

        /** Whether a {@code tool_choice} may force a call, as the first block of the answer. */
        boolean permitsForcedTools() {
            return this == ON_REQUEST || this == DISABLED;
        }
    }

    private static final int OUTPUT_TOKENS_MAX = 64_000;

    private static final List<String> ALL_LEVELS = List.of("low", "medium", "high", "xhigh", "max");

    /** The API's value for an unknown date. */
    private static final String EPOCH = "1970-01-01T00:00:00Z";

    /** The listed models, newest first. */
    public static final List<Model> KNOWN = List.of(
            latest("claude-opus-5-5", "Claude Opus 5.5", LeastThinking.ALWAYS, "adaptive"),
            latest("claude-fable-5-2", "Claude Fable 5.2", LeastThinking.ALWAYS, "adaptive"),
            latest("claude-sonnet-5-5", "Claude Sonnet 5.5", LeastThinking.BETWEEN_TOOLS, "adaptive", "between_tools"),
            latest("claude-haiku-5-5", "Claude Haiku 5.5", LeastThinking.DISABLED, "adaptive", "disabled"),
            latest("claude-opus-4-8", "Claude Opus 4.8", LeastThinking.ON_REQUEST, "adaptive", "disabled"),
            withoutPrefill("claude-sonnet-4-6", "Claude Sonnet 4.6", OUTPUT_TOKENS_MAX),
            withoutPrefill("claude-opus-4-6", "Claude Opus 4.6", 128_000),
            dated("claude-opus-4-5-20251101", "Claude Opus 4.5", "2025-11-24T00:00:00Z", "low", "medium", "high"),
            dated("claude-haiku-4-5-20251001", "Claude Haiku 4.5", "2025-10-15T00:00:00Z"),
            dated("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "2025-09-29T00:00:00Z"));

    private ModelCatalog() {}

    /** A model by its name, with or without the date. */
    public static Optional<Model> find(String name) {
        return KNOWN.stream()
                .filter(model -> model.id().replaceFirst("-\\d{8}$", "").equals(name)
                        || model.id().equals(name))
                .findFirst()
                .or(() -> plausible(name) ? Optional.of(unlisted(name)) : Optional.empty());
    }

    private static boolean plausible(String name) {
        return name.startsWith("claude-") && !name.contains("unknown");
    }

    private static Model unlisted(String name) {
        return new Model(
                name,
                name,
                EPOCH,
                OUTPUT_TOKENS_MAX,
                true,
                true,
                true,
                LeastThinking.ON_REQUEST,
                Set.of("adaptive", "disabled", "enabled"),
                ALL_LEVELS);
    }

    private static Model latest(String id, String displayName, LeastThinking leastThinking, String... thinking) {
        return new Model(
                id, displayName, EPOCH, 128_000, true, false, false, leastThinking, Set.of(thinking), ALL_LEVELS);
    }

    private static Model withoutPrefill(String id, String displayName, int outputTokensMax) {
        return new Model(
                id,
                displayName,
                EPOCH,
                outputTokensMax,
                false,
                false,
                true,
                LeastThinking.ON_REQUEST,
                Set.of("adaptive", "disabled", "enabled"),
                List.of("low", "medium", "high", "max"));
    }

    private static Model dated(String id, String displayName, String createdAt, String... effort) {
        return new Model(
                id,
                displayName,
                createdAt,
                OUTPUT_TOKENS_MAX,
                false,
                true,
                true,
                LeastThinking.ON_REQUEST,
                Set.of("disabled", "enabled"),
                List.of(effort));
    }
}
