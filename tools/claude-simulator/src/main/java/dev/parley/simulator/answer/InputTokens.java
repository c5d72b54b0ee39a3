package dev.parley.simulator.answer;

import dev.parley.simulator.answer.Answer.Usage;
import dev.parley.simulator.request.MessagesRequest;
import dev.parley.simulator.request.MessagesRequest.Prompt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Estimates the input of a request by its length, and simulates the prompt cache: a prompt that is marked with
 * {@code cache_control} is a cache read if it was used within the last five minutes. Digests of the 1,000 most recently
 * used prompts are kept.
 */
public final class InputTokens {
    /** The API does not cache a shorter prompt. */
    private static final int CACHED_MIN = 1_024;

    private static final int PER_MESSAGE = 4;
    private static final int PER_MEDIA = 1_500;
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);
    private static final int PROMPTS_MAX = 1_000;

    private final InstantSource clock;
    private final Map<UUID, Instant> lastUsed = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Instant> eldest) {
            return size() > PROMPTS_MAX;
        }
    };

    public InputTokens(InstantSource clock) {
        this.clock = clock;
    }

    public static int count(MessagesRequest request) {
        Prompt prompt = request.prompt();
        return Tokens.estimate(prompt.text()) + PER_MESSAGE * prompt.messages() + PER_MEDIA * prompt.media();
    }

    /** The usage of a request without its output; its prompt is now in the cache. */
    Usage usage(MessagesRequest request) {
        int all = count(request);
        String prompt = request.prompt().cached();
        int cached = Tokens.estimate(prompt);
        if (cached < CACHED_MIN) {
            return new Usage(all, 0, 0, 0, 0);
        }
        return use(request.model().id() + prompt)
                ? new Usage(all - cached, 0, cached, 0, 0)
                : new Usage(all - cached, cached, 0, 0, 0);
    }

    private synchronized boolean use(String prompt) {
        Instant now = clock.instant();
        Instant before = lastUsed.put(UUID.nameUUIDFromBytes(prompt.getBytes(StandardCharsets.UTF_8)), now);
        return before != null && before.plus(TIME_TO_LIVE).isAfter(now);
    }
}
