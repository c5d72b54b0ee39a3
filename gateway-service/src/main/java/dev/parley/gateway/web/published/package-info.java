/** HTTP handlers of published answers. */
@NullMarked
package dev.parley.gateway.web.published;

import org.jspecify.annotations.NullMarked;
