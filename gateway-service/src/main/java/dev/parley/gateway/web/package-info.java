/**
 * The HTTP interface: a package for the handlers of each resource, and what they share. A request passes {@code connection} and {@code
 * filter}; handlers read it with {@code input}, within bounds of {@code pool}, and use {@code response}.
 */
@NullMarked
package dev.parley.gateway.web;

import org.jspecify.annotations.NullMarked;
