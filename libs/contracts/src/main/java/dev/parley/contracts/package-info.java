/** What crosses a topic: how Parley's events are named, keyed, encoded and kept. */
@NullMarked
package dev.parley.contracts;

import org.jspecify.annotations.NullMarked;
