/** Bounded pools that keys share, and responses that hold places of them. */
@NullMarked
package dev.parley.gateway.web.pool;

import org.jspecify.annotations.NullMarked;
