/** Conversations: the stored history of a request, exports, title search, and deletion. */
@NullMarked
package dev.parley.gateway.conversation;

import org.jspecify.annotations.NullMarked;
