/** The model that answers a request for an alias. */
@NullMarked
package dev.parley.inference.model;

import org.jspecify.annotations.NullMarked;
