/** Checks of the JSON Schemas and the AsyncAPI document against the code and the golden files. */
@NullMarked
package dev.parley.contracts.schema;

import org.jspecify.annotations.NullMarked;
