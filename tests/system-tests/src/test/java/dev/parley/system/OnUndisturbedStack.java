package dev.parley.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A class of stories on {@link UndisturbedStack}. Such classes run at the same time, and beside the stories on other systems,
 * because most of the time of a story is waiting. The stories of a class run one after the other, in any order.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(providers = UndisturbedStack.OneByOne.class)
@ExtendWith(UndisturbedStack.class)
@interface OnUndisturbedStack {}
