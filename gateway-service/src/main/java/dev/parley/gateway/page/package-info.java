/** The chat page and the operators' page: static files, and the local key. The pages use the public API. */
@NullMarked
package dev.parley.gateway.page;

import org.jspecify.annotations.NullMarked;
