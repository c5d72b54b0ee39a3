/** Chat requests: parsing, validation, and fingerprints. */
@NullMarked
package dev.parley.gateway.request;

import org.jspecify.annotations.NullMarked;
