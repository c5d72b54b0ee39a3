package dev.parley.contracts.event;

/**
 * The place where a gateway reads an answer: a partition of {@code chat.deltas} and an offset.
 *
 * @param offset at or before the first record of the generation
 */
public record ReplyAddress(int partition, long offset) {}
