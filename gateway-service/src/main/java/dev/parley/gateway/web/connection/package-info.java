/** The connections of clients, below WebFlux: what Netty reads and writes. */
@NullMarked
package dev.parley.gateway.web.connection;

import org.jspecify.annotations.NullMarked;
