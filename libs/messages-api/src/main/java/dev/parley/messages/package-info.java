/** The Claude Messages API as bytes and JSON: server-sent events, the message assembled from them, error bodies, the text of requests. */
@NullMarked
package dev.parley.messages;

import org.jspecify.annotations.NullMarked;
