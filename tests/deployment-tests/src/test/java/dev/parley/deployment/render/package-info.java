/** What the operators' tools make of the checkout: rendered Kubernetes objects and the resolved compose file. */
@NullMarked
package dev.parley.deployment.render;

import org.jspecify.annotations.NullMarked;
