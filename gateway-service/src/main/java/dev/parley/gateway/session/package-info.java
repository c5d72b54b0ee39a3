/** Who is asking. */
@NullMarked
package dev.parley.gateway.session;

import org.jspecify.annotations.NullMarked;
