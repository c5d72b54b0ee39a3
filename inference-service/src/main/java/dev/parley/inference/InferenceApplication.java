package dev.parley.inference;

import dev.parley.eventlog.process.CompilerThreads;
import dev.parley.eventlog.process.UncaughtExceptions;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The inference service. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class InferenceApplication {
    public static void main(String[] arguments) {
        UncaughtExceptions.log();
        CompilerThreads.lowerPriority();
        SpringApplication.run(InferenceApplication.class, arguments);
    }
}
