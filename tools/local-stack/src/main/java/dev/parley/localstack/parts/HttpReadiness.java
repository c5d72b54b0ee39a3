package dev.parley.localstack.parts;

import dev.parley.localstack.process.Readiness;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/**
 * Whether a server answers a GET request.
 *
 * @param statusMax the highest status that counts
 */
record HttpReadiness(URI address, int statusMax) implements Readiness {
    private static final int ANSWER_MILLIS_MAX = 2_000;

    /** Ready as soon as it answers at all. */
    static HttpReadiness anyAnswer(URI address) {
        return new HttpReadiness(address, 599);
    }

    /** Ready when it says so. */
    static HttpReadiness success(URI address) {
        return new HttpReadiness(address, 299);
    }

    @Override
    public boolean met() {
        try {
            var connection = (HttpURLConnection) address.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(ANSWER_MILLIS_MAX);
            connection.setReadTimeout(ANSWER_MILLIS_MAX);
            try {
                return connection.getResponseCode() <= statusMax;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }
}
