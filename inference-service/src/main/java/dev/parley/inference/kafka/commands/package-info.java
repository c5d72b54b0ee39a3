/** The commands of clients on {@code chat.commands}: which generations are cancelled, or have no reader left. */
@NullMarked
package dev.parley.inference.kafka.commands;

import org.jspecify.annotations.NullMarked;
