/** Requests of the Messages API: their schema and rules, their content, and the directives in it. */
@NullMarked
package dev.parley.simulator.request;

import org.jspecify.annotations.NullMarked;
