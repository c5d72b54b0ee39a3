package dev.parley.system;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * The order of the classes, the same on every machine, because a class sees what earlier ones left. Those that need the replicated
 * stack alone are mostly waiting, and come first, beside the stories on other systems; those that share it, and fill the
 * processors at the end, follow.
 */
public final class AloneFirst implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.comparing((ClassDescriptor each) -> !each.isAnnotated(AloneOnReplicatedStack.class))
                        .thenComparing(each -> each.getTestClass().getName()));
    }
}
