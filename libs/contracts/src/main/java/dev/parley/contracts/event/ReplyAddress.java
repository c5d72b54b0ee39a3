package dev.parley.contracts.event;

/**
 * Where the reader of an answer listens: a partition of {@code chat.deltas}, and an offset before the first piece.
 *
 * @param offset at or before the first record of the generation
 */
public record ReplyAddress(int partition, long offset) {}
