/** A client of the gateway for a person at a terminal: the answer as it streams, and where the time went. */
@NullMarked
package dev.parley.localstack.ask;

import org.jspecify.annotations.NullMarked;
