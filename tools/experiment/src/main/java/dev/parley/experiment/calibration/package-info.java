/** Makes the calibration of a pair of models from trials. */
@NullMarked
package dev.parley.experiment.calibration;

import org.jspecify.annotations.NullMarked;
