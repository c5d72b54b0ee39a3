/** OpenAI's chat completions in Claude's words, and Claude's answers in OpenAI's. */
@NullMarked
package dev.parley.gateway.openai;

import org.jspecify.annotations.NullMarked;
