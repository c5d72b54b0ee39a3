/** HTTP in, events out, answers streamed back. */
@NullMarked
package dev.parley.gateway;

import org.jspecify.annotations.NullMarked;
