/** Repository rules that no other tool checks. */
@NullMarked
package dev.parley.deployment.tidy;

import org.jspecify.annotations.NullMarked;
