/** HTTP handlers of what keys have used, for their callers and for operators. */
@NullMarked
package dev.parley.gateway.web.usage;

import org.jspecify.annotations.NullMarked;
