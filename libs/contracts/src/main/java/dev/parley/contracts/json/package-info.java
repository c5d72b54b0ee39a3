/** JSON values as their original bytes, parsed only where needed. */
@NullMarked
package dev.parley.contracts.json;

import org.jspecify.annotations.NullMarked;
