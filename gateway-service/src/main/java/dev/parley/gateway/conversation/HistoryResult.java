package dev.parley.gateway.conversation;

/** The outcome of reading a history. */
public sealed interface HistoryResult {
    /** The history contains every turn that the client received completely. */
    record Read(History history) implements HistoryResult {}

    /** The client's last turn was not found within the timeout. */
    record Behind() implements HistoryResult {}

    /** The limit of concurrent reads is reached. */
    record Busy() implements HistoryResult {}
}
