package dev.parley.simulator.conversation;

/** How far the answer to a question has come before this request. */
public sealed interface Progress {
    /** Nothing is written yet. */
    record Fresh() implements Progress {}

    /** The request ends with the beginning of the answer (a prefill). */
    record Begun(String written) implements Progress {}

    /**
     * A user message asks to go on.
     *
     * @param written the assistant's message before it
     * @param wish the user message itself: the question, if nothing is left to go on with
     */
    record AskedToGoOn(String written, String wish) implements Progress {}
}
