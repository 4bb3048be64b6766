package dev.bft.cli;

import dev.bft.keystore.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a length of time is written on the command line: as in bft.toml. */
final class DurationConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        return Durations.parse(text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is no duration; write 250ms 30s 5m 1h"));
    }
}
