package dev.parley.localstack.cli;

import java.math.BigDecimal;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A limit as it is to be from now on.
 *
 * @param number empty for none
 */
record NewLimit(Optional<BigDecimal> number) {
    private static final String NONE = "none";

    /** A number, or {@code none}. */
    static final class Converter implements ITypeConverter<NewLimit> {
        @Override
        public NewLimit convert(String value) {
            try {
                return new NewLimit(value.equals(NONE) ? Optional.empty() : Optional.of(new BigDecimal(value)));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + value + "' is neither a number nor " + NONE);
            }
        }
    }
}
