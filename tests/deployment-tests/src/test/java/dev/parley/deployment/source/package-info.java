/** The checkout as files: the modules and what their settings say. */
@NullMarked
package dev.parley.deployment.source;

import org.jspecify.annotations.NullMarked;
