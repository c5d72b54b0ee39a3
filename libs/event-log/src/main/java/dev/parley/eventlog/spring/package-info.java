/** What services with Spring Cloud Stream need in addition. */
@NullMarked
package dev.parley.eventlog.spring;

import org.jspecify.annotations.NullMarked;
