/**
 * The events of {@code chat.requests}, {@code chat.turns}, {@code chat.deliveries}, {@code chat.deletions} and {@code
 * chat.commands}, encoded as CloudEvents in binary mode.
 */
@NullMarked
package dev.parley.contracts.event;

import org.jspecify.annotations.NullMarked;
