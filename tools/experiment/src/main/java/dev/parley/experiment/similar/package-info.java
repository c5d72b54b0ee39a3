/** Which past turns the cache of similar questions would have answered. */
@NullMarked
package dev.parley.experiment.similar;

import org.jspecify.annotations.NullMarked;
