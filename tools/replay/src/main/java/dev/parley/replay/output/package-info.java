/** Lines of JSON or CSV, where they go, and the progress bar. */
@NullMarked
package dev.parley.replay.output;

import org.jspecify.annotations.NullMarked;
