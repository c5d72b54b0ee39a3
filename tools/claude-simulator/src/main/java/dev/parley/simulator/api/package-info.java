/** The endpoints and the request log, independent of the HTTP library. */
@NullMarked
package dev.parley.simulator.api;

import org.jspecify.annotations.NullMarked;
