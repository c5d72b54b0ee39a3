/** The past turns that are asked again, and the log of trials. */
@NullMarked
package dev.parley.experiment.kafka;

import org.jspecify.annotations.NullMarked;
