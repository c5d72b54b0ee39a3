/** Which answers are cached, and for how long. */
@NullMarked
package dev.parley.cache.answer;

import org.jspecify.annotations.NullMarked;
