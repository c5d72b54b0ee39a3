/** Events of the request and turn topics, and their encoding as CloudEvents in Kafka's binary mode. */
@NullMarked
package dev.parley.contracts.event;

import org.jspecify.annotations.NullMarked;
