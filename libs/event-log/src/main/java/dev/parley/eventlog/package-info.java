/**
 * What services need to read and write the topics: Kafka clients, tails, dead letters, the log of deletions; and what each of
 * their processes needs at its start: its version, its variables, the priority of its compiler.
 */
@NullMarked
package dev.parley.eventlog;

import org.jspecify.annotations.NullMarked;
