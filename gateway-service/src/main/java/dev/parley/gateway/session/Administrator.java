package dev.parley.gateway.session;

/** An operator with an admin key, by the name that audit events have. */
public record Administrator(String name) {}
