package dev.parley.localstack.parts;

import java.io.IOException;

/** The applications of the checkout, as the build has left them. */
public final class BuiltApplications {
    private BuiltApplications() {}

    /** Does for all of them what their first start would otherwise have to do. */
    public static void setAside(Checkout checkout) throws IOException {
        for (Service service : Service.values()) {
            ServicePart.jar(checkout, service).setAside();
        }
        AppJar.of(checkout, SimulatorPart.MODULE).setAside();
        AppJar.of(checkout, PulsePart.MODULE).setAside();
    }
}
