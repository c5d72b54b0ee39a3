package dev.parley.simulator.answer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers for five minutes which prompts were marked with {@code cache_control}, so that usage tells writes from
 * reads. Holds the digests of the 1,000 most recently used ones.
 */
public final class PromptCache {
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);
    private static final int PROMPTS_MAX = 1_000;

    private final InstantSource clock;
    private final Map<String, Instant> lastUsed = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > PROMPTS_MAX;
        }
    };

    public PromptCache(InstantSource clock) {
        this.clock = clock;
    }

    /** Uses a prompt: whether it was there already. */
    synchronized boolean use(String prompt) {
        Instant now = clock.instant();
        Instant before = lastUsed.put(digest(prompt), now);
        return before != null && before.plus(TIME_TO_LIVE).isAfter(now);
    }

    private static String digest(String prompt) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(prompt.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
