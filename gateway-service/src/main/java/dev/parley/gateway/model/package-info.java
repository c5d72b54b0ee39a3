/** The models that clients are shown. */
@NullMarked
package dev.parley.gateway.model;

import org.jspecify.annotations.NullMarked;
