/** The chat page: files that a browser loads once, and the key of one's own machine. It talks to the API as everyone does. */
@NullMarked
package dev.parley.gateway.page;

import org.jspecify.annotations.NullMarked;
