/** What services need to read and write the topics: Kafka clients, tails, dead letters. */
@NullMarked
package dev.parley.eventlog;

import org.jspecify.annotations.NullMarked;
