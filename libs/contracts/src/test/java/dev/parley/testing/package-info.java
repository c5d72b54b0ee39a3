/** What the tests of several modules use: the test jar of contracts has only this package. */
@NullMarked
package dev.parley.testing;

import org.jspecify.annotations.NullMarked;
