/** What operators watch: how fast requests come in and answers go out, where they wait, what fails and what it costs. */
@NullMarked
package dev.parley.gateway.pulse;

import org.jspecify.annotations.NullMarked;
