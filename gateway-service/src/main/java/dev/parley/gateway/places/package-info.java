/** Fair sharing of bounded resources of a process between keys. */
@NullMarked
package dev.parley.gateway.places;

import org.jspecify.annotations.NullMarked;
