package dev.parley.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32;

/**
 * Stands for a judge: decides by the labels, and wrongly for a share of the pairs. No model is asked, so figures with it are
 * those of a judge with this error rate and not of Claude.
 *
 * @param errorRate from 0 to 1; always the same pairs
 */
record LabelOracle(double errorRate) {
    LabelOracle {
        if (!(errorRate >= 0 && errorRate <= 1)) {
            throw new IllegalArgumentException("--judge-error is from 0 to 1");
        }
    }

    boolean permits(String stored, String asked, boolean sameLabel) {
        CRC32 checksum = new CRC32();
        checksum.update((stored + "\n" + asked).getBytes(UTF_8));
        boolean errs = (double) checksum.getValue() / (1L << Integer.SIZE) < errorRate;
        return sameLabel != errs;
    }
}
