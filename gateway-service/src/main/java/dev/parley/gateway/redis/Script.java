package dev.parley.gateway.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import org.redisson.api.RScript.ReturnType;

/** The Lua scripts: each is a resource in this package, appended to the shared functions of {@code account.lua}. */
enum Script {
    ADMIT(ReturnType.LIST),
    WITHDRAW(ReturnType.LONG),
    CLOSE(ReturnType.LONG),
    RENEW(ReturnType.LONG),
    SETTLE(ReturnType.VALUE),
    COUNTED(ReturnType.LONG),
    FORGET(ReturnType.LONG),
    SPENDING(ReturnType.LIST);

    private final String text = read("account") + read(name().toLowerCase(Locale.ROOT));
    private final ReturnType result;

    Script(ReturnType result) {
        this.result = result;
    }

    String text() {
        return text;
    }

    ReturnType result() {
        return result;
    }

    private static String read(String name) {
        try (InputStream file = Objects.requireNonNull(Script.class.getResourceAsStream(name + ".lua"))) {
            return new String(file.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
