package dev.parley.simulator.answer;

import dev.parley.simulator.conversation.Block;
import dev.parley.simulator.prose.Tokens;
import dev.parley.simulator.request.MessagesRequest;

/** Counts the input of a request: an estimate by length, good enough to be plausible and always the same. */
public final class InputTokens {
    /** The least the API caches; what is marked below it is not cached. */
    static final int CACHED_MIN = 1_024;

    private static final int PER_MESSAGE = 4;
    private static final int PER_PICTURE = 1_500;

    private final PromptCache cache;

    public InputTokens(PromptCache cache) {
        this.cache = cache;
    }

    public static int count(MessagesRequest request) {
        long media = request.messages().stream()
                .flatMap(message -> message.of(Block.Media.class))
                .count();
        return Tokens.estimate(request.promptText())
                + PER_MESSAGE * request.messages().size()
                + PER_PICTURE * (int) media;
    }

    /** The input side of a request's usage; marks its prompt as used. */
    Usage usage(MessagesRequest request) {
        int all = count(request);
        int cached = Tokens.estimate(request.cachedText());
        if (cached < CACHED_MIN) {
            return new Usage(all, 0, 0, 0, 0);
        }
        return cache.use(request.model().id() + request.cachedText())
                ? new Usage(all - cached, 0, cached, 0, 0)
                : new Usage(all - cached, cached, 0, 0, 0);
    }
}
