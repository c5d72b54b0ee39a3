/** Rendered Kubernetes objects and the resolved compose file. */
@NullMarked
package dev.parley.deployment.render;

import org.jspecify.annotations.NullMarked;
