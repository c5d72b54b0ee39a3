/** Tells a member of a consumer group from a process that was one until it fell asleep. */
@NullMarked
package dev.parley.membership;

import org.jspecify.annotations.NullMarked;
