/** The delivery of answers to readers, and the handlers of {@code /v1/generations}: resume, cancel, rate. */
@NullMarked
package dev.parley.gateway.web.answers;

import org.jspecify.annotations.NullMarked;
