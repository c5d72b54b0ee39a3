/** Replay: reads Parley's topics into lines that DuckDB, pandas and spreadsheets open. */
@NullMarked
package dev.parley.replay;

import org.jspecify.annotations.NullMarked;
