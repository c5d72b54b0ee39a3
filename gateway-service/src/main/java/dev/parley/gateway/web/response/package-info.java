/** Responses: their headers, JSON, and errors in the format of the API of the client. */
@NullMarked
package dev.parley.gateway.web.response;

import org.jspecify.annotations.NullMarked;
