package dev.parley.simulator.tool;

import tools.jackson.databind.JsonNode;

/** A tool that the client runs. Tools that the API runs itself (web search and the like) are not simulated. */
public record Tool(String name, String description, JsonNode inputSchema) {}
