/** What the trials of an experiment show. */
@NullMarked
package dev.parley.experiment.report;

import org.jspecify.annotations.NullMarked;
