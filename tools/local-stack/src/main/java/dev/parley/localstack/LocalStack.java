package dev.parley.localstack;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.DynamoDb;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Redis;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.stack.StackPlan;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.localstack.stack.Supervisor;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The whole system for one test, with its data and logs below {@code target/}. Every process of it can be killed, stopped,
 * frozen and started again through {@link #process}. It needs the jars of the services, so it is for the tests of a module
 * that is built after them.
 */
public final class LocalStack implements AutoCloseable {
    /** The key that its gateways accept. */
    public static final String KEY = StackPlan.LOCAL_KEY;

    /** The key that may issue keys there. */
    public static final String ADMIN_KEY = StackPlan.ADMIN_KEY;

    private final Workspace workspace = Workspace.fresh("stack");
    private final StackSettings settings;
    private final PortMap ports;
    private final Supervisor supervisor;

    private LocalStack(StackSettings settings) {
        this.settings = settings;
        this.ports = settings.ports();
        this.supervisor =
                new Supervisor(new StackPlan(Checkout.find(), workspace, settings).processes(), settings).killAtExit();
    }

    /**
     * Starts all of it and waits until it is ready, which takes about half a minute on two cores. Only one system starts at a
     * time: two would take longer than one after the other.
     */
    public static synchronized LocalStack start(StackSettings settings) {
        LocalStack stack = new LocalStack(settings);
        Map<String, String> failures = stack.supervisor.start();
        if (!failures.isEmpty()) {
            stack.close();
            throw new IllegalStateException("The system is not ready.\n" + String.join("\n", failures.values()));
        }
        return stack;
    }

    /** A process of the system, such as {@code ("gateway-service", 1)} or {@code ("redis", 0)}. */
    public ManagedProcess process(String program, int replica) {
        ProcessName name = new ProcessName(program, replica);
        return supervisor.process(name).orElseThrow(() -> new IllegalArgumentException("there is no " + name));
    }

    public List<ManagedProcess> processes() {
        return supervisor.processes();
    }

    /** Starts a process again, but not while a system starts, beside which it would not be ready in time. */
    public void restart(String program, int replica) {
        synchronized (LocalStack.class) {
            process(program, replica).restart();
        }
    }

    /** Stops a replica of a service, and starts the build of another checkout in its place. */
    public void deploy(String service, int replica, Checkout checkout) {
        ProcessName name = new ProcessName(service, replica);
        settings.release(service, replica, checkout);
        ProcessSpec version = new StackPlan(Checkout.find(), workspace, settings)
                .processes().stream()
                        .filter(spec -> spec.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("there is no " + name));
        process(service, replica).replace(version);
    }

    /** The directory with the data of a server. */
    public Path data(String program, int replica) {
        return workspace.data(new ProcessName(program, replica));
    }

    public URI gateway(int replica) {
        return ports.address(PortName.GATEWAY, replica);
    }

    /** The shared cache before the gateways; see {@link StackSettings#edge()}. */
    public URI edge() {
        return ports.address(PortName.VARNISH, 0);
    }

    /** See {@link StackSettings#monitoring}. */
    public URI prometheus() {
        return ports.address(PortName.PROMETHEUS, 0);
    }

    public URI simulator() {
        return ports.address(PortName.SIMULATOR, 0);
    }

    public URI pulse() {
        return ports.address(PortName.PULSE, 0);
    }

    /** The address of the health and the metrics of a replica of a service. */
    public URI management(String service, int replica) {
        return ports.address(Service.of(service).managementPort(), replica);
    }

    public String kafka() {
        return settings.bootstrapServers();
    }

    public String redis() {
        return Redis.url(ports.of(PortName.REDIS));
    }

    public URI dynamoDb() {
        return DynamoDb.endpoint(ports.of(PortName.DYNAMODB));
    }

    /** Kills all of it and deletes its data. */
    @Override
    public void close() {
        supervisor.crash();
        workspace.forgetData();
    }
}
