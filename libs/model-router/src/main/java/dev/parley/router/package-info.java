/** Which of two models answers a question: features, score, calibration, rules and the decision. Plain Java. */
@NullMarked
package dev.parley.router;

import org.jspecify.annotations.NullMarked;
