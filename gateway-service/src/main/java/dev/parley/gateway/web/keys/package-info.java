/** {@code /admin/keys}: those who issue keys. */
@NullMarked
package dev.parley.gateway.web.keys;

import org.jspecify.annotations.NullMarked;
