/**
 * The Helm chart. The overlays of {@code k8s} are its only source: {@link dev.parley.chart.Overlay} reads them,
 * {@link dev.parley.chart.Values} puts expressions in place of what operators change, and
 * {@link dev.parley.chart.HelmChart} writes the templates.
 */
@NullMarked
package dev.parley.chart;

import org.jspecify.annotations.NullMarked;
