/** The command lines {@code ./parley experiment} and {@code ./parley router}. */
@NullMarked
package dev.parley.experiment;

import org.jspecify.annotations.NullMarked;
