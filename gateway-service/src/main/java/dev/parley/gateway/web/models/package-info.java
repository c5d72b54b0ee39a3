/** The models that a key may use, and the number of tokens of a request to one. */
@NullMarked
package dev.parley.gateway.web.models;

import org.jspecify.annotations.NullMarked;
