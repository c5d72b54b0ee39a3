/** Control of single requests, written into the text of the question. */
@NullMarked
package dev.parley.simulator.directive;

import org.jspecify.annotations.NullMarked;
