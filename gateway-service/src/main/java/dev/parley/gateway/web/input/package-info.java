/** What handlers read from a request: its key, its body, and single values, each within bounds and validated. */
@NullMarked
package dev.parley.gateway.web.input;

import org.jspecify.annotations.NullMarked;
