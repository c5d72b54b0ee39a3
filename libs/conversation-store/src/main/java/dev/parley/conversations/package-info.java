/**
 * How conversations lie in DynamoDB: one table that persistence-worker writes and gateway-service reads.
 *
 * <p>The keys, the index and the life time of the items are described in {@code docs/conversations-table.md} and at
 * {@link dev.parley.conversations.ConversationTable}.
 */
@NullMarked
package dev.parley.conversations;

import org.jspecify.annotations.NullMarked;
