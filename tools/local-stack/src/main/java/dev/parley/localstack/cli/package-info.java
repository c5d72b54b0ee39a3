/** The commands of {@code ./parley} that need Java. */
@NullMarked
package dev.parley.localstack.cli;

import org.jspecify.annotations.NullMarked;
