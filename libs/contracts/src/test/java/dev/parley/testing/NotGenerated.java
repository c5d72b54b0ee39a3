package dev.parley.testing;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** Leaves out what Spring AOT adds to the classes when a service is packaged. */
public final class NotGenerated implements ImportOption {
    @Override
    public boolean includes(Location location) {
        return !location.contains("__");
    }
}
