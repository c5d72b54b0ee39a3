package dev.parley.localstack.stack;

import dev.parley.localstack.process.FreePorts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds ports that a start would fail on, before anything is started. */
public final class TakenPorts {
    private TakenPorts() {}

    /** One sentence for each port that is in use or planned twice; none if the start can go on. */
    public static List<String> complaints(Collection<StackPart> parts) {
        List<String> complaints = new ArrayList<>();
        Map<Integer, String> planned = new HashMap<>();
        for (StackPart part : parts) {
            for (StackPart.Port port : part.ports()) {
                String remedy = "set " + port.name().variable() + " to another port.";
                Optional<String> other = Optional.ofNullable(
                        planned.put(port.number(), part.name().toString()));
                if (other.isPresent()) {
                    complaints.add("Port " + port.number() + " is planned for both " + other.get() + " and "
                            + part.name() + ": " + remedy);
                } else if (!FreePorts.free(port.number())) {
                    complaints.add("Port " + port.number() + ", which " + part.name()
                            + " needs, is taken: stop what listens there, or " + remedy);
                }
            }
        }
        return complaints;
    }
}
