package dev.parley.router;

import java.util.Optional;

/** What an operator asks of a router, from which the calibration gives the threshold of the score. */
public sealed interface RoutingTarget {
    /** A share of questions for the stronger model, from 0 to 1. */
    record StrongShare(double share) implements RoutingTarget {}

    /** A bound of the share of the stronger model's quality that is lost, from 0 to 1. */
    record QualityLoss(double share) implements RoutingTarget {}

    /** The share if there is one, else the bound of the loss. */
    static RoutingTarget of(Optional<Double> strongShare, double qualityLoss) {
        return strongShare.<RoutingTarget>map(StrongShare::new).orElseGet(() -> new QualityLoss(qualityLoss));
    }
}
