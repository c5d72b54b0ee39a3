package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.topic.Topic;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The headers of a Kafka record as text. A missing or unreadable header is a {@link MalformedEventException}. */
public final class EventHeaders {
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private final Headers headers;

    public EventHeaders(Headers headers) {
        this.headers = headers;
    }

    public EventHeaders put(String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
        return this;
    }

    public EventHeaders put(String name, Optional<String> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    public ProducerRecord<String, byte[]> record(Topic topic, String key, byte[] value) {
        return new ProducerRecord<>(topic.name(), null, key, value, headers);
    }

    public Optional<String> find(String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    /** The header as parsed by {@code reader}, as by {@link #require(String, Function)}; empty if it is missing. */
    public <T> Optional<T> find(String name, Function<String, T> reader) {
        return find(name).isPresent() ? Optional.of(require(name, reader)) : Optional.empty();
    }

    public boolean has(String name, String value) {
        return find(name).filter(value::equals).isPresent();
    }

    public boolean isOf(String... types) {
        return find(CloudEvent.TYPE).filter(Set.of(types)::contains).isPresent();
    }

    public String require(String name) {
        return find(name).orElseThrow(() -> new MalformedEventException("header " + name + " is missing"));
    }

    /**
     * The header as parsed by {@code reader}; an {@link IllegalArgumentException} becomes a {@link MalformedEventException}.
     */
    public <T> T require(String name, Function<String, T> reader) {
        String value = require(name);
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new MalformedEventException("header " + name + " is unreadable: " + e.getMessage(), e);
        }
    }

    public int requireInt(String name, int least) {
        return Math.toIntExact(requireLong(name, least, Integer.MAX_VALUE));
    }

    public long requireLong(String name, long least) {
        return requireLong(name, least, Long.MAX_VALUE);
    }

    private long requireLong(String name, long least, long most) {
        return require(name, text -> {
            long number = Long.parseLong(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException(text + " is not from " + least + " to " + most);
            }
            return number;
        });
    }

    public boolean requireBoolean(String name) {
        return require(name, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("not true or false");
        });
    }

    /** An instant from 1970 to 9999. Others are malformed, because sums with them may overflow. */
    public Instant requireInstant(String name) {
        return require(name, text -> {
            Instant instant = Instant.parse(text);
            if (!isInRange(instant)) {
                throw new IllegalArgumentException(text + " is not from 1970 to 9999");
            }
            return instant;
        });
    }

    static boolean isInRange(Instant instant) {
        return !instant.isBefore(Instant.EPOCH) && !instant.isAfter(LATEST);
    }
}
