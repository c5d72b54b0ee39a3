/**
 * The DynamoDB table of conversations, written by persistence-worker and read by gateway-service.
 *
 * <p>The keys, the index and the time to live are described in {@code docs/conversations-table.md}.
 */
@NullMarked
package dev.parley.conversations;

import org.jspecify.annotations.NullMarked;
