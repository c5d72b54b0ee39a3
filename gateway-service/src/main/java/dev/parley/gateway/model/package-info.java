/** The models listed to clients. */
@NullMarked
package dev.parley.gateway.model;

import org.jspecify.annotations.NullMarked;
