/** One process: how it is started, how one knows that it is ready, and what can be done to it. */
@NullMarked
package dev.parley.localstack.process;

import org.jspecify.annotations.NullMarked;
