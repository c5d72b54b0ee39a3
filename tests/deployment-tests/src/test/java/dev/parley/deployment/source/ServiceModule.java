package dev.parley.deployment.source;

import dev.parley.eventlog.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.convert.DurationStyle;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A service module, as its {@code application.yaml} describes it. */
public record ServiceModule(String name, JsonNode settings, Map<String, Variable> variables) {
    /** The variable that sets {@link #shutdownTimeout}. */
    public static final String SHUTDOWN_TIMEOUT = "SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE";

    private static final String SETTINGS = "/src/main/resources/application.yaml";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(:([^}]*))?}");
    private static final Pattern LIST_ENTRY = Pattern.compile("_\\d+(_.*)?$");
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    /** Variables that the AWS SDK reads itself, in every module that uses DynamoDB. */
    private static final Set<String> READ_BY_AWS = Set.of("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");

    /** Every module with settings, by name. */
    public static List<ServiceModule> all(Checkout checkout) {
        return checkout.files().stream()
                .filter(file -> file.endsWith(SETTINGS) && file.indexOf('/') == file.indexOf(SETTINGS))
                .map(file -> of(checkout, file.substring(0, file.indexOf('/'))))
                .toList();
    }

    /** The module of that name. */
    public static ServiceModule of(Checkout checkout, String name) {
        String text = checkout.text(name + SETTINGS);
        return new ServiceModule(name, YAML.readTree(text), variables(text));
    }

    private static Map<String, Variable> variables(String text) {
        Map<String, Variable> found = new TreeMap<>();
        PLACEHOLDER
                .matcher(text)
                .results()
                .map(match -> match.group(2) == null
                        ? new Variable.Required(match.group(1))
                        : new Variable.Optional(match.group(1), match.group(3)))
                .forEach(variable -> found.put(variable.name(), variable));
        return found;
    }

    /** The given variables that the module does not read. */
    public List<String> unread(Set<String> given) {
        return given.stream().filter(variable -> !reads(variable)).sorted().toList();
    }

    /** The variables that a container requires and that are not given. */
    public List<String> missing(Set<String> given) {
        return variables.values().stream()
                .filter(Variable::neededInContainer)
                .map(Variable::name)
                .filter(variable -> !given.contains(variable))
                .toList();
    }

    /** Whether the module reads a variable: by a placeholder, for its Kafka clients, through the AWS SDK, or as a Spring setting. */
    public boolean reads(String variable) {
        return variables.containsKey(variable)
                || variable.startsWith(KafkaConnection.PREFIX)
                || (variables.containsKey("PARLEY_DYNAMODB_TABLE") && READ_BY_AWS.contains(variable))
                || settingsAsVariables().contains(LIST_ENTRY.matcher(variable).replaceFirst(""));
    }

    private Set<String> settingsAsVariables() {
        Set<String> names = new TreeSet<>();
        collect("", settings, names);
        return names;
    }

    private static void collect(String prefix, JsonNode node, Set<String> names) {
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            String name = prefix + property.getKey().replace("-", "").toUpperCase(Locale.ROOT);
            names.add(name);
            collect(name + "_", property.getValue(), names);
        }
    }

    /**
     * The setting at this JSON pointer.
     *
     * @throws AssertionError if there is none, so that no test continues with a default
     */
    public JsonNode setting(String pointer) {
        JsonNode setting = settings.at(pointer);
        if (setting.isMissingNode()) {
            throw new AssertionError(name + " has no setting " + pointer);
        }
        return setting;
    }

    /** The management port: a separate port, or the only one. */
    public int managementPort() {
        return port("/management/server/port").or(() -> port("/server/port")).orElseThrow();
    }

    /** The client port, if it differs from the management port. */
    public Optional<Integer> clientPort() {
        return port("/management/server/port").flatMap(separate -> port("/server/port"));
    }

    /** All ports. */
    public Set<Integer> ports() {
        return Stream.concat(Stream.of(managementPort()), clientPort().stream()).collect(Collectors.toSet());
    }

    private Optional<Integer> port(String pointer) {
        String value = settings.at(pointer).asString("");
        return PLACEHOLDER
                .matcher(value)
                .results()
                .map(match -> Optional.ofNullable(match.group(3)).orElse(""))
                .findFirst()
                .or(() -> Optional.of(value))
                .filter(digits -> !digits.isEmpty())
                .map(Integer::valueOf);
    }

    /** The time that Spring waits for active requests at shutdown. */
    public Duration shutdownTimeout() {
        return DurationStyle.detectAndParse(
                setting("/spring/lifecycle/timeout-per-shutdown-phase").asString());
    }

    @Override
    public String toString() {
        return name;
    }
}
