/** Questions whose answers are known before they are asked. */
@NullMarked
package dev.parley.benchmarks.question;

import org.jspecify.annotations.NullMarked;
