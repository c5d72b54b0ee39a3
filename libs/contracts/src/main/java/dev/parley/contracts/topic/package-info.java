/** The topics: names, partitions, retention, size limits, and the code that creates them. */
@NullMarked
package dev.parley.contracts.topic;

import org.jspecify.annotations.NullMarked;
