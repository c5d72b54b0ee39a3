/** Answers on their way to readers. */
@NullMarked
package dev.parley.gateway.answer;

import org.jspecify.annotations.NullMarked;
