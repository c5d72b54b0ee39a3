package dev.parley.gateway;

import dev.parley.eventlog.process.CompilerThreads;
import dev.parley.eventlog.process.UncaughtExceptions;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The gateway. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class GatewayApplication {
    public static void main(String[] arguments) {
        UncaughtExceptions.log();
        CompilerThreads.lowerPriority();
        SpringApplication.run(GatewayApplication.class, arguments);
    }
}
