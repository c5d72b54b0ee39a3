/** What is sent in response to a request, and when: the events of an answer, with or without a fault. */
@NullMarked
package dev.parley.simulator.script;

import org.jspecify.annotations.NullMarked;
