/** Delivery of answers to readers: live from the log, or resumed after a disconnect. */
@NullMarked
package dev.parley.gateway.answer;

import org.jspecify.annotations.NullMarked;
