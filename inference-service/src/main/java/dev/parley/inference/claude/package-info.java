/** The Claude Messages API over HTTP. */
@NullMarked
package dev.parley.inference.claude;

import org.jspecify.annotations.NullMarked;
