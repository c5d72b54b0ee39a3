/** Shares what a process has a bounded number of fairly between keys. */
@NullMarked
package dev.parley.gateway.places;

import org.jspecify.annotations.NullMarked;
