/** Live mirroring: a share of the requests of a key is also asked of a second model. */
@NullMarked
package dev.parley.experiment.mirror;

import org.jspecify.annotations.NullMarked;
