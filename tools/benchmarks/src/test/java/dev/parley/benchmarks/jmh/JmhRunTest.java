package dev.parley.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.servers.Checkout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.runner.options.Options;

class JmhRunTest {
    private static final Checkout CHECKOUT = Checkout.find();

    @Test
    void theForksHaveTheOptionsOfTheService() {
        Options options = new JmhRun(CHECKOUT).options(DeltaBenchmark.class, "-XX:TieredStopAtLevel=1");

        List<String> arguments = List.copyOf(options.getJvmArgs().get());
        assertThat(Path.of(arguments.getFirst().substring(1)))
                .exists()
                .isEqualTo(CHECKOUT.root().resolve("inference-service/src/main/jvm/jvm.options"));
        assertThat(arguments).first().asString().startsWith("@");
        assertThat(options.getJvmArgsAppend().get()).containsExactly("-XX:TieredStopAtLevel=1");
    }

    /** Options of an annotation would be another source of them. */
    @Test
    void annotationsSetNoOptions() {
        assertThat(List.of(DeltaBenchmark.class, ModelChoiceBenchmark.class))
                .allSatisfy(benchmarks -> assertThat(
                                benchmarks.getAnnotation(Fork.class).jvmArgs())
                        .containsExactly(Fork.BLANK_ARGS));
    }
}
