package dev.parley.simulator;

/** The simulator as a process. */
public final class SimulatorApplication {
    private SimulatorApplication() {}

    public static void main(String[] arguments) {
        try {
            Simulator simulator = Simulator.start(SimulatorSettings.from(System.getenv()));
            System.out.println("claude-simulator listens on " + simulator.uri());
            simulator.await();
        } catch (IllegalArgumentException e) {
            System.err.println("claude-simulator: " + e.getMessage());
            System.exit(1);
        }
    }
}
