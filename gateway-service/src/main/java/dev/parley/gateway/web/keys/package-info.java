/** HTTP handlers of {@code /admin/keys}. */
@NullMarked
package dev.parley.gateway.web.keys;

import org.jspecify.annotations.NullMarked;
