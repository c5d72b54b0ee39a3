/** The events of experiments: past turns that were asked again of another model. */
@NullMarked
package dev.parley.contracts.trial;

import org.jspecify.annotations.NullMarked;
