/** JSON that passes through: values as their bytes, which are looked into where that is needed. */
@NullMarked
package dev.parley.contracts.json;

import org.jspecify.annotations.NullMarked;
