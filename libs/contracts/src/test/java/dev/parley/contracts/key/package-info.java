/** Tests of the events of API keys. */
@NullMarked
package dev.parley.contracts.key;

import org.jspecify.annotations.NullMarked;
