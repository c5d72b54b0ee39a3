/** What was asked of the simulator, and how it went. */
@NullMarked
package dev.parley.simulator.ledger;

import org.jspecify.annotations.NullMarked;
