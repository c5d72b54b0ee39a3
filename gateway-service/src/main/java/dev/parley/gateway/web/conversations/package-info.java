/** {@code /v1/conversations}: what was said, for those who said it. */
@NullMarked
package dev.parley.gateway.web.conversations;

import org.jspecify.annotations.NullMarked;
