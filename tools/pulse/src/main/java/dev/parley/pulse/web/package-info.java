/** Serves the page and its snapshots over HTTP. */
@NullMarked
package dev.parley.pulse.web;

import org.jspecify.annotations.NullMarked;
