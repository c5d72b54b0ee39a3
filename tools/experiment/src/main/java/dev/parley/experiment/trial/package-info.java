/** A trial: what is asked, how answers are compared, what it may cost. */
@NullMarked
package dev.parley.experiment.trial;

import org.jspecify.annotations.NullMarked;
