package dev.parley.gateway.conversation;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.json.RawJson;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The system prompt and the tools of a request, as hashes that white space and marks for the prompt cache do not change. Claude
 * accepts thinking only behind those with which it was produced (docs.claude.com, "Prefix checks on thinking blocks").
 *
 * @param system empty if the request has none
 * @param tools empty if the request has none
 */
public record SystemAndTools(String system, String tools) {
    public static final SystemAndTools NONE = new SystemAndTools("", "");

    /** Those of a request with the type {@code enabled}: differ from those of all other requests. */
    private static final SystemAndTools SEVERAL = new SystemAndTools("several", "several");

    /**
     * The system prompt and tools to which the thinking in a request is bound: several under the type {@code enabled}, for which none is
     * omitted.
     */
    static SystemAndTools of(RawJson request) {
        try (JsonParser parser = request.parser()) {
            return of(parser);
        }
    }

    /** The same of a request that is a tree, in which numbers are as exact as in the text. */
    static SystemAndTools of(ObjectNode request) {
        try (JsonParser parser = JsonMapper.shared().treeAsTokens(request)) {
            return of(parser);
        }
    }

    private static SystemAndTools of(JsonParser request) {
        String system = "";
        String tools = "";
        boolean isEnabled = false;
        request.nextToken();
        while (request.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = request.currentName();
            request.nextToken();
            switch (name) {
                case "system" -> system = hash(request);
                case "tools" -> tools = hash(request);
                case "thinking" -> isEnabled = type(request).equals("enabled");
                default -> request.skipChildren();
            }
        }
        return isEnabled ? SEVERAL : new SystemAndTools(system, tools);
    }

    private static String type(JsonParser value) {
        String type = "";
        if (value.currentToken() != JsonToken.START_OBJECT) {
            value.skipChildren();
            return type;
        }
        while (value.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isType = value.currentName().equals("type");
            if (value.nextToken() == JsonToken.VALUE_STRING && isType) {
                type = value.getString();
            }
            value.skipChildren();
        }
        return type;
    }

    private static String hash(JsonParser value) {
        MessageDigest hash = Sha256.begin();
        try (JsonGenerator to =
                JsonMapper.shared().createGenerator(new DigestOutputStream(OutputStream.nullOutputStream(), hash))) {
            CacheMarks.copyContent(value, to);
        }
        return HexFormat.of().formatHex(hash.digest());
    }
}
