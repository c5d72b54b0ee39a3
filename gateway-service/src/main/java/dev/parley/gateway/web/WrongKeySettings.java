package dev.parley.gateway.web;

import java.time.Duration;

/**
 * How those are slowed who try keys.
 *
 * @param freePerMinute wrong keys of one address that are refused at once
 * @param delay how long the refusal of further ones waits
 * @param delayedPerMinute wrong keys of one address that are refused at all; more get 429
 * @param addressesMax how many addresses are remembered
 */
public record WrongKeySettings(int freePerMinute, Duration delay, int delayedPerMinute, int addressesMax) {}
