/** HTTP handlers of {@code /v1/conversations}. */
@NullMarked
package dev.parley.gateway.web.conversations;

import org.jspecify.annotations.NullMarked;
