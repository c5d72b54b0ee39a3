/** The chat page: its files, and the local key. The page uses the public API. */
@NullMarked
package dev.parley.gateway.page;

import org.jspecify.annotations.NullMarked;
