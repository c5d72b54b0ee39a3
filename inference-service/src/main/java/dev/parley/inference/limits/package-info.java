/** What a replica takes on at once: places for generations and heap for requests and answers, with a share for each key. */
@NullMarked
package dev.parley.inference.limits;

import org.jspecify.annotations.NullMarked;
