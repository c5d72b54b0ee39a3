package dev.parley.simulator.request;

/** What a body turned out to be. */
public sealed interface Reading {
    record Accepted(MessagesRequest request) implements Reading {}

    record Rejected(ApiError error) implements Reading {}
}
