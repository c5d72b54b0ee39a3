/**
 * What becomes of an answer's times as replicas, partitions and streams grow: the path of a request and its deltas as a
 * discrete-event simulation, fed with measured service times.
 */
@NullMarked
package dev.parley.benchmarks.simulation;

import org.jspecify.annotations.NullMarked;
