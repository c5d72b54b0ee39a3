package dev.parley.gateway.openai;

import java.util.AbstractList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A value of a request, with its path for error messages. Null counts as absent, as in OpenAI's API.
 *
 * @param path such as {@code messages[0].content}, empty for the request itself
 */
record Field(String path, JsonNode value) {
    Field at(String name) {
        return new Field(path.isEmpty() ? name : path + "." + name, value.path(name));
    }

    boolean absent() {
        return value.isMissingNode() || value.isNull();
    }

    boolean isText() {
        return value.isString();
    }

    String text() {
        if (!value.isString()) {
            throw wrongType("a string");
        }
        return value.stringValue();
    }

    String textOr(String absent) {
        return absent() ? absent : text();
    }

    boolean booleanOr(boolean absent) {
        if (absent()) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw wrongType("true or false");
        }
        return value.booleanValue();
    }

    int positive() {
        if (!value.isInt() || value.intValue() < 1) {
            throw wrongType("an integer of at least 1");
        }
        return value.intValue();
    }

    double number(double min, double max) {
        if (!value.isNumber() || value.doubleValue() < min || value.doubleValue() > max) {
            throw invalid("Claude takes a number from " + min + " to " + max + ".");
        }
        return value.doubleValue();
    }

    ObjectNode object() {
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw wrongType("an object");
    }

    /** The items of an array. Each is created when it is read: all together would take several times the heap of a short value. */
    List<Field> items() {
        if (!value.isArray()) {
            throw wrongType("an array");
        }
        return new AbstractList<>() {
            @Override
            public Field get(int index) {
                return new Field(path + "[" + index + "]", value.path(index));
            }

            @Override
            public int size() {
                return value.size();
            }
        };
    }

    /** The error for a missing value or a value of another type. */
    InvalidParameterException wrongType(String expected) {
        return value.isMissingNode()
                ? new InvalidParameterException(path, "missing_required_parameter", "is required, as " + expected + ".")
                : new InvalidParameterException(path, "invalid_type", "must be " + expected + ".");
    }

    /** The error for a value of the right type. */
    InvalidParameterException invalid(String reason) {
        return new InvalidParameterException(path, "invalid_value", reason);
    }

    /** The error for a value that Claude does not support. */
    InvalidParameterException unsupported(String reason) {
        return new InvalidParameterException(path, "unsupported_value", reason);
    }
}
