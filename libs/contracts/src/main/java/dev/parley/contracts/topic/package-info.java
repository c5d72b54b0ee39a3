/** The topics: names, partitions, retention and size limits, and their provisioning. */
@NullMarked
package dev.parley.contracts.topic;

import org.jspecify.annotations.NullMarked;
