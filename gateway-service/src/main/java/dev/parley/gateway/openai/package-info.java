/** Translation between OpenAI's Chat Completions API and the Messages API. */
@NullMarked
package dev.parley.gateway.openai;

import org.jspecify.annotations.NullMarked;
