/** The command line that measures Parley's decisions on labelled data. */
@NullMarked
package dev.parley.evaluate;

import org.jspecify.annotations.NullMarked;
