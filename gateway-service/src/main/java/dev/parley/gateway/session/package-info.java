/** Authentication: API keys and their owners. */
@NullMarked
package dev.parley.gateway.session;

import org.jspecify.annotations.NullMarked;
