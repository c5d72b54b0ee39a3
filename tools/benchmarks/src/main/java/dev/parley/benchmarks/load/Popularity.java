package dev.parley.benchmarks.load;

import java.util.Arrays;
import java.util.Random;

/** How often each of some things is asked for, by Zipf's law: the second half as often as the first, the third a third. */
public final class Popularity {
    private final double[] sums;

    public Popularity(int count) {
        this.sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += 1.0 / (i + 1);
            sums[i] = sum;
        }
    }

    /** The index of the next thing, the most popular of which is 0. */
    public int next(Random random) {
        double at = random.nextDouble() * sums[sums.length - 1];
        int found = Arrays.binarySearch(sums, at);
        // The first sum that is greater than the number.
        return Math.min(found < 0 ? -found - 1 : found + 1, sums.length - 1);
    }
}
