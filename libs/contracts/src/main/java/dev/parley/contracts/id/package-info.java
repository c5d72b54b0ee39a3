/** Identifiers that appear in events, URLs and logs. */
@NullMarked
package dev.parley.contracts.id;

import org.jspecify.annotations.NullMarked;
