package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** OpenAI's SDK for Python, as the system's Python has it, against the gateway. The tests are in {@code python/}. */
@ExtendWith(SharedStack.class)
final class PythonSdkSystemTest {
    private static final SdkPrograms PYTHON = SdkPrograms.in("python", SharedStack.get());
    private static final Duration TESTS_MAX = Duration.ofMinutes(2);

    @Test
    void sdkTestsPass() throws Exception {
        // Debian's own Python, without the packages of the user.
        String output = PYTHON.run(TESTS_MAX, "python3", "/usr/bin/python3", "-I", "openai_test.py");

        // Fails if no test ran, or one was skipped.
        assertThat(output).containsPattern("(?m)^Ran [1-9][0-9]* tests in .*\\n\\nOK$");
    }
}
