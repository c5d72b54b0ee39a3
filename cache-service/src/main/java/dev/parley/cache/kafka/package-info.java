/** The topics: requests and turns in; pieces of answers, turns, requests for inference and dead letters out. */
@NullMarked
package dev.parley.cache.kafka;

import org.jspecify.annotations.NullMarked;
