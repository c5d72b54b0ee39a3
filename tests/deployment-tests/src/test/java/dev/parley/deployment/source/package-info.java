/** The files of the checkout, and the settings of the modules. */
@NullMarked
package dev.parley.deployment.source;

import org.jspecify.annotations.NullMarked;
