package dev.parley.localstack.ask;

import java.time.Duration;

/** What the gateway made of a question. */
public sealed interface Reply {
    /**
     * An answer, from its beginning to its end.
     *
     * @param cache the cache's verdict, as in {@code x-parley-cache}
     * @param firstText from sending the request to the first piece of text
     * @param whole from sending the request to the end of the answer
     */
    record Answer(String text, String generation, String conversation, String cache, Duration firstText, Duration whole)
            implements Reply {}

    /** No answer, or one that broke off. The reason is a sentence for the reader. */
    record Refusal(String reason) implements Reply {}
}
