/** HTTP handlers for operators, with the admin key: the keys of clients, and cached answers. */
@NullMarked
package dev.parley.gateway.web.keys;

import org.jspecify.annotations.NullMarked;
