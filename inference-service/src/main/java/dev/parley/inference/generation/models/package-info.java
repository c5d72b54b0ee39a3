/** The models for a request: the one that is chosen, and its fallbacks. */
@NullMarked
package dev.parley.inference.generation.models;

import org.jspecify.annotations.NullMarked;
