/** Where the answer to a request comes from. */
@NullMarked
package dev.parley.inference.routing;

import org.jspecify.annotations.NullMarked;
