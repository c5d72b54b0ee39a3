/** The topics: names, partitions, retention and size limits. */
@NullMarked
package dev.parley.contracts.topic;

import org.jspecify.annotations.NullMarked;
