/** Answers requests: decides where the answer comes from, streams it to {@code chat.deltas}, and records its turn once. */
@NullMarked
package dev.parley.inference;

import org.jspecify.annotations.NullMarked;
