/** Claude itself, for the one question that needs no log. */
@NullMarked
package dev.parley.gateway.claude;

import org.jspecify.annotations.NullMarked;
