/** The partitions of {@code chat.requests} that this replica owns: their opening, their progress, and the log of their turns. */
@NullMarked
package dev.parley.inference.kafka.partitions;

import org.jspecify.annotations.NullMarked;
