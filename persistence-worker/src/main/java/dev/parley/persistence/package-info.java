/** Folds {@code chat.turns} into the table of conversations: every turn, once. */
@NullMarked
package dev.parley.persistence;

import org.jspecify.annotations.NullMarked;
