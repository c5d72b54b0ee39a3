/** The whole system: which processes it has, in what order they start, and which of them run. */
@NullMarked
package dev.parley.localstack.stack;

import org.jspecify.annotations.NullMarked;
