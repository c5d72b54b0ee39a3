/** The parts of the system: the command line, settings and readiness of each. */
@NullMarked
package dev.parley.localstack.parts;

import org.jspecify.annotations.NullMarked;
