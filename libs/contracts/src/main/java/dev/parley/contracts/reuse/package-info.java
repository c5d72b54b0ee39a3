/** Which requests may share an answer, and which answers serve similar questions. */
@NullMarked
package dev.parley.contracts.reuse;

import org.jspecify.annotations.NullMarked;
