/** System tests with real processes and injected faults. */
@NullMarked
package dev.parley.system;

import org.jspecify.annotations.NullMarked;
