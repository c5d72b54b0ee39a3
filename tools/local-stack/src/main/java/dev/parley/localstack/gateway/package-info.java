/** Clients of the gateway's HTTP API for the commands: questions and their timings, and the keys of clients. */
@NullMarked
package dev.parley.localstack.gateway;

import org.jspecify.annotations.NullMarked;
