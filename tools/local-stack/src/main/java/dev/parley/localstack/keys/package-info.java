/** The gateway's interface for who issues keys. */
@NullMarked
package dev.parley.localstack.keys;

import org.jspecify.annotations.NullMarked;
