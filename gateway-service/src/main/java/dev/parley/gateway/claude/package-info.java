/** The HTTP client for Claude's token counting, the only call of Claude that a gateway makes. */
@NullMarked
package dev.parley.gateway.claude;

import org.jspecify.annotations.NullMarked;
