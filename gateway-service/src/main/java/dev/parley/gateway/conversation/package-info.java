/** Conversations as clients see them: the history that continues one, what a file of one looks like, how one is deleted. */
@NullMarked
package dev.parley.gateway.conversation;

import org.jspecify.annotations.NullMarked;
