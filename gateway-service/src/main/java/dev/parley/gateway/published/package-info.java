/** Published answers: which turns can be published, their addresses, and how long they may be cached. */
@NullMarked
package dev.parley.gateway.published;

import org.jspecify.annotations.NullMarked;
