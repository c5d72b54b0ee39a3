/** The HTTP interface. */
@NullMarked
package dev.parley.gateway.web;

import org.jspecify.annotations.NullMarked;
