/** Deployment files and documents agree with the modules: names, ports, topics, environment variables, images. */
@NullMarked
package dev.parley.deployment;

import org.jspecify.annotations.NullMarked;
