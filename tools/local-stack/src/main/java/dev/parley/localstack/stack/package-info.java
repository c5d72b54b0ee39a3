/** The whole system: the plan of its processes, their supervision, and the record of those that run. */
@NullMarked
package dev.parley.localstack.stack;

import org.jspecify.annotations.NullMarked;
