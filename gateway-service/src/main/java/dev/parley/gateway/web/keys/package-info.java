/** HTTP handlers for operators, with the admin key. */
@NullMarked
package dev.parley.gateway.web.keys;

import org.jspecify.annotations.NullMarked;
