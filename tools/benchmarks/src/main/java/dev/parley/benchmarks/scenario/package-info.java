/** What is measured, and what it has to come to. */
@NullMarked
package dev.parley.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
