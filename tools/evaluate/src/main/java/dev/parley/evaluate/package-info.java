/** Evaluations of the parts of Parley that estimate. They run the classes of the services over files of labelled examples. */
@NullMarked
package dev.parley.evaluate;

import org.jspecify.annotations.NullMarked;
