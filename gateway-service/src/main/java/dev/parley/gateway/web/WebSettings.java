package dev.parley.gateway.web;

import org.springframework.util.unit.DataSize;

/**
 * How HTTP is spoken.
 *
 * @param requestBodyMax the largest request body; beyond it clients get 413
 * @param eventMax the largest event of an answer that is put together for a client without streaming
 */
public record WebSettings(DataSize requestBodyMax, DataSize eventMax) {}
