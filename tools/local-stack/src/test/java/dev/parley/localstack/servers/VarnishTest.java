package dev.parley.localstack.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class VarnishTest {
    @Test
    void theFileOfTheEdgeGetsAllGateways() throws IOException {
        String file = Files.readString(Checkout.find().edge().resolve("backend.vcl"));

        String two = Varnish.backends(file, List.of(18080, 18081));

        assertThat(two)
                .containsOnlyOnce("backend gateway_0 {")
                .containsOnlyOnce("backend gateway_1 {")
                .containsOnlyOnce(".port = \"18080\"")
                .containsOnlyOnce(".port = \"18081\"")
                .containsOnlyOnce("gateways.add_backend(gateway_0);")
                .containsOnlyOnce("gateways.add_backend(gateway_1);")
                .containsOnlyOnce("acl purgers")
                .doesNotContain("\"8080\"");
        assertThat(Varnish.backends(file, List.of(8080))).isEqualTo(file);
    }

    @Test
    void anotherFormIsRefused() {
        assertThatIllegalStateException().isThrownBy(() -> Varnish.backends("backend default none;", List.of(8080)));
    }
}
