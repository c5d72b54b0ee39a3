package dev.parley.gateway.web.usage;

import static java.util.stream.Collectors.toSet;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.limits.BudgetPeriods;
import dev.parley.gateway.limits.UsageDimension;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.response.ApiErrorException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * The parameters of {@code GET /admin/usage}.
 *
 * @param from the first UTC day, at the earliest that of the previous month; by default that of this month
 * @param to the last UTC day; by default today
 * @param by what the rows are told apart by; by default everything
 * @param rowsMax beyond it the request is refused
 */
record UsageRequest(
        LocalDate from,
        LocalDate to,
        Optional<TenantId> tenant,
        Optional<KeyId> key,
        Optional<String> model,
        Set<UsageDimension> by,
        int rowsMax) {
    static final int ROWS_MAX = 10_000;

    private static final int ROWS = 1_000;
    private static final Set<String> PARAMETERS = Set.of("from", "to", "tenant", "key", "model", "group_by", "limit");

    /** Reads the parameters, or throws an {@link ApiErrorException}. */
    static UsageRequest of(ServerRequest request, Instant now) {
        RequestValue.requireParameters(request, PARAMETERS);
        BudgetPeriods periods = BudgetPeriods.at(now);
        LocalDate earliest = day(periods.previousMonthBegan());
        LocalDate today = day(now);
        Function<String, LocalDate> date = text -> LocalDate.parse(text);
        LocalDate to =
                parameter(request, "to", "a UTC day such as " + today, date).orElse(today);
        LocalDate from =
                parameter(request, "from", "a UTC day such as " + today, date).orElse(day(periods.monthBegan()));
        if (from.isBefore(earliest) || from.isAfter(to) || to.isAfter(today)) {
            throw ApiErrorException.invalidRequest(
                    "from, to: Input should be days from " + earliest + " to " + today + ", the earlier one first");
        }
        return new UsageRequest(
                from,
                to,
                parameter(request, "tenant", "a tenant", TenantId::new),
                parameter(request, "key", "the id of a key", KeyId::new),
                request.queryParam("model"),
                parameter(
                                request,
                                "group_by",
                                "some of day, tenant, key and model, separated by commas",
                                UsageRequest::dimensions)
                        .orElse(Set.of(UsageDimension.values())),
                parameter(request, "limit", "a whole number from 1 to " + ROWS_MAX, UsageRequest::rows)
                        .orElse(ROWS));
    }

    private static LocalDate day(Instant time) {
        return time.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static Set<UsageDimension> dimensions(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(name -> !name.isEmpty())
                .map(name -> TextEnum.of(UsageDimension.class, name))
                .collect(toSet());
    }

    private static int rows(String text) {
        int rows = Integer.parseInt(text);
        if (rows < 1 || rows > ROWS_MAX) {
            throw new IllegalArgumentException("out of bounds");
        }
        return rows;
    }

    private static <T> Optional<T> parameter(
            ServerRequest request, String name, String expected, Function<String, T> parse) {
        try {
            return request.queryParam(name).map(parse);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw ApiErrorException.invalidRequest(name + ": Input should be " + expected);
        }
    }
}
