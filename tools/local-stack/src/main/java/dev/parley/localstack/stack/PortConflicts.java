package dev.parley.localstack.stack;

import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ProcessSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the ports on which a start would fail, before anything is started. */
public final class PortConflicts {
    private PortConflicts() {}

    /** One sentence for each port that is in use or planned twice. */
    public static List<String> of(Collection<ProcessSpec> specs) {
        List<String> conflicts = new ArrayList<>();
        Map<Integer, String> planned = new HashMap<>();
        for (ProcessSpec spec : specs) {
            for (ProcessSpec.Port port : spec.ports()) {
                String remedy = "set " + port.variable() + " to another port.";
                Optional<String> other = Optional.ofNullable(
                        planned.put(port.number(), spec.name().toString()));
                if (other.isPresent()) {
                    conflicts.add("Port " + port.number() + " is planned for both " + other.get() + " and "
                            + spec.name() + ": " + remedy);
                } else if (!FreePorts.free(port.number())) {
                    conflicts.add("Port " + port.number() + ", which " + spec.name()
                            + " needs, is taken: stop what listens there, or " + remedy);
                }
            }
        }
        return conflicts;
    }
}
