/** The properties of Claude's models that decide how a request to them has to look, and which of them a key may use. */
@NullMarked
package dev.parley.contracts.model;

import org.jspecify.annotations.NullMarked;
