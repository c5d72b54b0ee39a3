/** The HTTP client for Claude's token counting, the only call of Claude that does not go through the log. */
@NullMarked
package dev.parley.gateway.claude;

import org.jspecify.annotations.NullMarked;
