/** Stories and faults against real processes. */
@NullMarked
package dev.parley.system;

import org.jspecify.annotations.NullMarked;
