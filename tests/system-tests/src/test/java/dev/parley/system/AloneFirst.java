package dev.parley.system;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * The order of the classes, the same on every machine, because a class sees what earlier ones left. Those that need the replicated
 * stack alone are mostly waiting, one for the other, and come first, beside the stories on other systems.
 */
public final class AloneFirst implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.comparing((ClassDescriptor each) -> !each.isAnnotated(AloneOnReplicatedStack.class))
                        .thenComparing(each -> each.getTestClass().getName()));
    }
}
