/** What each process needs at its start: its version, its variables, the bounds of its metrics, the priority of its compiler. */
@NullMarked
package dev.parley.eventlog.process;

import org.jspecify.annotations.NullMarked;
