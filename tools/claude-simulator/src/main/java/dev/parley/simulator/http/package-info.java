/** HTTP/1.1 and HTTP/2 on one port, on Netty. */
@NullMarked
package dev.parley.simulator.http;

import org.jspecify.annotations.NullMarked;
