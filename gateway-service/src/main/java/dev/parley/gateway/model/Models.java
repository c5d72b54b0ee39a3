package dev.parley.gateway.model;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configured model list in the formats of both APIs. Requests may name other models too: Claude validates the name.
 */
public final class Models {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern DATE = Pattern.compile("-\\d{8}$");
    /** Properties of a model of Claude that SDKs require to be there. */
    private static final List<String> UNKNOWN =
            List.of("capabilities", "deprecated_at", "line", "max_input_tokens", "max_tokens", "retires_at");

    private static final int PAGE = 20;
    private static final int PAGE_MAX = 1000;

    private final List<ModelSettings> models;
    private final ModelAliases aliases;

    public Models(List<ModelSettings> models, ModelAliases aliases) {
        this.models = List.copyOf(models);
        this.aliases = aliases;
    }

    /**
     * The models whose names are allowed.
     *
     * @param names names that are listed too if they are dated names of a model, such as those that a key is limited to
     */
    public Models only(List<String> names, Predicate<String> allowed) {
        Stream<ModelSettings> named = names.stream().map(this::find).flatMap(Optional::stream);
        return new Models(
                Stream.concat(models.stream(), named)
                        .filter(model -> allowed.test(model.id()))
                        .distinct()
                        .toList(),
                aliases);
    }

    /**
     * A model by its id, or by a dated name such as {@code claude-haiku-4-5-20251001}, which it then has as its id. An alias
     * has no dated names.
     */
    public Optional<ModelSettings> find(String name) {
        String id = DATE.matcher(name).replaceFirst("");
        return models.stream()
                .filter(model -> model.id().equals(name) || (model.id().equals(id) && !aliases.contains(id)))
                .findFirst()
                .map(model -> model.named(name));
    }

    /** Whether a name stands for two models. */
    public boolean isAlias(String name) {
        return aliases.contains(name);
    }

    /** Whether the models that may answer a request for a name accept sampling parameters; true for those that are not listed. */
    public boolean acceptSampling(String name) {
        return answering(name).allMatch(ModelSettings::sampling);
    }

    /** The levels of effort that all models accept that may answer a request for a name; all for those that are not listed. */
    public Set<Effort> effort(String name) {
        Set<Effort> levels = EnumSet.allOf(Effort.class);
        answering(name).map(ModelSettings::effort).forEach(levels::retainAll);
        return levels;
    }

    /** Whether the models that may answer a request for a name accept forced tool calls; true for those that are not listed. */
    public boolean acceptForcedTools(String name) {
        return answering(name).allMatch(ModelSettings::forcedTools);
    }

    /** Whether the models that may answer a request for a name accept a prefill; true for those that are not listed. */
    public boolean acceptPrefill(String name) {
        return answering(name).allMatch(ModelSettings::prefill);
    }

    private Stream<ModelSettings> answering(String name) {
        return aliases.models(name).stream().flatMap(model -> find(model).stream());
    }

    public ObjectNode openAi() {
        ObjectNode list = JSON.createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        models.forEach(model -> data.add(openAi(model)));
        return list;
    }

    public static ObjectNode openAi(ModelSettings model) {
        return JSON.createObjectNode()
                .put("id", model.id())
                .put("object", "model")
                .put("created", model.created().getEpochSecond())
                .put("owned_by", "anthropic");
    }

    /**
     * A page of models, in the Messages API's format.
     *
     * @param after id of the model before the page; empty for the first page
     * @param before id of the model after the page, which then ends there; not together with {@code after}
     * @param limit models per page, 1 to 1000; 20 if empty
     * @throws IllegalArgumentException if the limit is invalid, no model has the id, or both ids are given
     */
    public ObjectNode anthropic(Optional<String> after, Optional<String> before, Optional<String> limit) {
        if (after.isPresent() && before.isPresent()) {
            throw new IllegalArgumentException("before_id: Input should not be combined with after_id");
        }
        int size = limit.map(Models::pageSize).orElse(PAGE);
        if (before.isPresent()) {
            int end = position("before_id", before.get());
            int begin = Math.max(0, end - size);
            return page(models.subList(begin, end), begin > 0);
        }
        int begin = after.map(id -> position("after_id", id) + 1).orElse(0);
        int end = Math.min(models.size(), begin + size);
        return page(models.subList(begin, end), end < models.size());
    }

    /** @param more whether there are models beyond the page, in its direction */
    private ObjectNode page(List<ModelSettings> page, boolean more) {
        ObjectNode list = JSON.createObjectNode();
        ArrayNode data = list.putArray("data");
        page.forEach(model -> data.add(anthropic(model)));
        return list.put("has_more", more)
                .put("first_id", page.isEmpty() ? null : page.getFirst().id())
                .put("last_id", page.isEmpty() ? null : page.getLast().id());
    }

    /** One model, in the Messages API's format, with null for what the settings do not tell; an alias also with its models. */
    public ObjectNode anthropic(ModelSettings model) {
        ObjectNode described = JSON.createObjectNode()
                .put("type", "model")
                .put("id", model.id())
                .put("display_name", model.displayName())
                .put("created_at", model.created().toString())
                .put("lifecycle", "active");
        UNKNOWN.forEach(described::putNull);
        aliases.find(model.id())
                .ifPresent(alias -> described.put("stronger", alias.strong()).put("cheaper", alias.cheaper()));
        return described;
    }

    private int position(String parameter, String id) {
        for (int i = 0; i < models.size(); i++) {
            if (models.get(i).id().equals(id)) {
                return i;
            }
        }
        throw new IllegalArgumentException(parameter + ": no model has this id");
    }

    private static int pageSize(String limit) {
        try {
            int size = Integer.parseInt(limit);
            if (size >= 1 && size <= PAGE_MAX) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Handled like a number out of bounds.
        }
        throw new IllegalArgumentException("limit: Input should be an integer from 1 to " + PAGE_MAX);
    }
}
