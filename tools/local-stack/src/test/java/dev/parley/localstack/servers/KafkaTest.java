package dev.parley.localstack.servers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaTest {
    /** A broker that reads another path formats a directory outside of the checkout, and again at each start. */
    @ParameterizedTest
    @ValueSource(strings = {"/srv/ada/parley", "/srv/ada/Größe/日本", "/srv/ada/\uD83D\uDE80", "C:\\parley", "/a b/#!=:"})
    void theBrokerReadsThePathThatWasMeant(String path) throws Exception {
        Properties read = new Properties();
        read.load(new ByteArrayInputStream(("log.dirs=" + Kafka.escaped(path)).getBytes(ISO_8859_1)));
        assertThat(read.getProperty("log.dirs")).isEqualTo(path);
    }
}
