/** Filters of every request, before its handler: proxies, hosts, CORS, and caching. */
@NullMarked
package dev.parley.gateway.web.filter;

import org.jspecify.annotations.NullMarked;
