/** Reading of topics from a broker, without a consumer group. */
@NullMarked
package dev.parley.replay.kafka;

import org.jspecify.annotations.NullMarked;
