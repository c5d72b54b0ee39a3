/** The programs of the system: the command, settings, ports and readiness of each. */
@NullMarked
package dev.parley.localstack.servers;

import org.jspecify.annotations.NullMarked;
