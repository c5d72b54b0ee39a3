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
 * Estimates the input of a request by its length, and simulates the prompt cache: a prompt up to its last {@code
 * cache_control} is written to the cache, except for the longest part of it that a request within the last five minutes has
 * written, which is read. Parts end with one of the last 20 blocks. Digests of the 1,000 most recently used prompts are kept.
 */
public final class InputTokens {
    /** The API does not cache a shorter prompt. */
    private static final int CACHED_MIN = 1_024;

    private static final int LOOKBACK_BLOCKS = 20;

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
        int cached = Tokens.estimate(request.prompt().cached());
        if (cached < CACHED_MIN) {
            return new Usage(all, 0, 0, 0, 0);
        }
        int read = use(request.model().id(), request.prompt());
        return new Usage(all - cached, cached - read, read, 0, 0);
    }

    /** Writes the prompt to the cache; the tokens of its longest part that was there. */
    private synchronized int use(String model, Prompt prompt) {
        Instant now = clock.instant();
        int read = prompt.blocks().reversed().stream()
                .limit(LOOKBACK_BLOCKS)
                .map(end -> prompt.cached().substring(0, end))
                .filter(part -> Tokens.estimate(part) >= CACHED_MIN && isFresh(digest(model, part), now))
                .findFirst()
                .map(Tokens::estimate)
                .orElse(0);
        lastUsed.put(digest(model, prompt.cached()), now);
        return read;
    }

    /** Whether a part is in the cache; a read keeps it there. */
    private boolean isFresh(UUID part, Instant now) {
        Instant before = lastUsed.get(part);
        boolean fresh = before != null && before.plus(TIME_TO_LIVE).isAfter(now);
        if (fresh) {
            lastUsed.put(part, now);
        }
        return fresh;
    }

    private static UUID digest(String model, String part) {
        return UUID.nameUUIDFromBytes((model + part).getBytes(StandardCharsets.UTF_8));
    }
}
