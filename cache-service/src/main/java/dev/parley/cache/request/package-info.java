/** Requests: whether a kept answer may serve one, and what a served one looks like on the topics. */
@NullMarked
package dev.parley.cache.request;

import org.jspecify.annotations.NullMarked;
