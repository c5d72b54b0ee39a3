/** Parley, or single servers of it, as processes on this machine: for tests and for {@code ./parley up}. */
@NullMarked
package dev.parley.localstack;

import org.jspecify.annotations.NullMarked;
