/** What each address answers, free of any HTTP library. */
@NullMarked
package dev.parley.simulator.endpoint;

import org.jspecify.annotations.NullMarked;
