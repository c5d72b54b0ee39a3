/** The records of {@code chat.deltas} and their encoding: server-sent events as bytes, with short headers. */
@NullMarked
package dev.parley.contracts.delta;

import org.jspecify.annotations.NullMarked;
