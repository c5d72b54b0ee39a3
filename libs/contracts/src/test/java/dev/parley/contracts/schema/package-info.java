/** The JSON Schemas and the AsyncAPI document, held against the code and the golden files. */
@NullMarked
package dev.parley.contracts.schema;

import org.jspecify.annotations.NullMarked;
