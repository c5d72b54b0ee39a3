/** The handler of requests for answers, in the API of Claude or OpenAI: from the body to the log, and to the response. */
@NullMarked
package dev.parley.gateway.web.chat;

import org.jspecify.annotations.NullMarked;
