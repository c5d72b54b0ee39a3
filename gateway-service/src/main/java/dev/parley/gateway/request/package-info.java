/** What is asked: parsed once, checked, fingerprinted. */
@NullMarked
package dev.parley.gateway.request;

import org.jspecify.annotations.NullMarked;
