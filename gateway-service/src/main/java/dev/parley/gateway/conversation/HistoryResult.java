package dev.parley.gateway.conversation;

/** What reading a history comes to. */
public sealed interface HistoryResult {
    /** All turns that the caller has seen to their end are in it. */
    record Read(History history) implements HistoryResult {}

    /** It may lack the caller's last turn. */
    record Behind() implements HistoryResult {}

    /** Too many are being read. */
    record Busy() implements HistoryResult {}
}
