package dev.parley.contracts.event;

/** Where a gateway reads an answer: a partition of {@code chat.deltas}, and an offset at or before its first record. */
public record ReplyAddress(int partition, long offset) {}
