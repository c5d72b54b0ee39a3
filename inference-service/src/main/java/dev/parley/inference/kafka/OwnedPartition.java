package dev.parley.inference.kafka;

import dev.parley.inference.generation.OffsetWatermark;

/**
 * A partition of {@code chat.inference} while this replica owns it.
 *
 * @param freshFrom records from this offset on were never given to another replica: it was the end of the partition
 *     when it came here
 */
record OwnedPartition(int partition, long freshFrom, OffsetWatermark watermark, TurnLog turns) {}
