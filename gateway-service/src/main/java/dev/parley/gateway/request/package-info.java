/** Chat requests: parsing and validation. */
@NullMarked
package dev.parley.gateway.request;

import org.jspecify.annotations.NullMarked;
