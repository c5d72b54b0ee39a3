/** JSON lines, CSV, the file or stream that they are written to, and the progress bar. */
@NullMarked
package dev.parley.replay.output;

import org.jspecify.annotations.NullMarked;
