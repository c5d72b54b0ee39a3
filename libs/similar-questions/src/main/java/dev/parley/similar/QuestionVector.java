package dev.parley.similar;

/**
 * The vector of a question in a byte per dimension, for storage and comparison. Only its direction counts.
 *
 * @param values the dimensions, scaled so that the largest is 127; not to be modified
 */
public record QuestionVector(
        @SuppressWarnings("ArrayRecordComponent") byte[] values) {
    /** The vector nearest to a sentence's. */
    public static QuestionVector of(Embedding embedding) {
        float most = 1e-12f;
        for (float value : embedding.sentence()) {
            most = Math.max(most, Math.abs(value));
        }
        byte[] values = new byte[embedding.sentence().length];
        for (int d = 0; d < values.length; d++) {
            values[d] = (byte) Math.round(embedding.sentence()[d] / most * Byte.MAX_VALUE);
        }
        return new QuestionVector(values);
    }

    /** The cosine of two vectors of length 1. */
    static double cosine(float[] a, float[] b) {
        float even = 0;
        float odd = 0;
        for (int d = 0; d + 1 < a.length; d += 2) {
            even += a[d] * b[d];
            odd += a[d + 1] * b[d + 1];
        }
        return a.length % 2 == 0 ? even + odd : even + odd + a[a.length - 1] * b[a.length - 1];
    }

    /** The cosine with another vector; 0 if a length is zero, or it has another number of dimensions. */
    double cosine(QuestionVector other, double length, double lengthOfOther) {
        double lengths = length * lengthOfOther;
        return lengths == 0 || values.length != other.values.length ? 0 : dot(other) / lengths;
    }

    double length() {
        return Math.sqrt(dot(this));
    }

    private int dot(QuestionVector other) {
        byte[] here = values;
        byte[] there = other.values;
        int sum = 0;
        for (int d = 0; d < here.length; d++) {
            sum += here[d] * there[d];
        }
        return sum;
    }
}
