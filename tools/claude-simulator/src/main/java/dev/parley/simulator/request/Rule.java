package dev.parley.simulator.request;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A condition that the body of a request has to meet; answers the message of the Messages API when it is broken. */
@FunctionalInterface
interface Rule {
    Optional<String> broken(JsonNode body);

    static Optional<String> holds() {
        return Optional.empty();
    }

    static Optional<String> holdsIf(boolean condition, String otherwise) {
        return condition ? Optional.empty() : Optional.of(otherwise);
    }

    /** The first broken one of several. */
    static Optional<String> first(List<Rule> rules, JsonNode body) {
        return rules.stream()
                .map(rule -> rule.broken(body))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** A field that is there has to pass a rule of its own. */
    static Rule optional(String field, Rule rule) {
        return body -> present(body, field) ? rule.broken(body.path(field)) : holds();
    }

    /** A field that has to be there has to pass a rule of its own. */
    static Rule required(String field, Rule rule) {
        return body -> present(body, field) ? rule.broken(body.path(field)) : Optional.of(field + ": Field required");
    }

    static Rule number(String name, double least, double most) {
        return node -> {
            if (!node.isNumber()) {
                return Optional.of(name + ": Input should be a valid number");
            }
            if (node.doubleValue() < least) {
                return Optional.of(name + ": Input should be greater than or equal to " + plain(least));
            }
            return holdsIf(node.doubleValue() <= most, name + ": Input should be less than or equal to " + plain(most));
        };
    }

    static Rule wholeNumber(String name, int least) {
        return node -> {
            if (!node.isIntegralNumber()) {
                return Optional.of(name + ": Input should be a valid integer");
            }
            return number(name, least, Integer.MAX_VALUE).broken(node);
        };
    }

    static boolean present(JsonNode body, String field) {
        return body.has(field) && !body.path(field).isNull();
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
