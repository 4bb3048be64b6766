package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"250ms,250", "30s,30000", "5m,300000", "1h,3600000", "0ms,0", "90s,90000", "999999999ms,999999999"})
    void aDurationSurvivesItsText(String text, long millis) {
        assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
        assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "5 s", " 5s", "5S", "1.5s", "5d", "1m30s", "9999999999s", "٣s"})
    void anythingElseIsNoDuration(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"512B,512", "64KiB,65536", "2MiB,2097152", "1GiB,1073741824", "0B,0", "1025B,1025"})
    void aSizeSurvivesItsText(String text, long bytes) {
        assertThat(Sizes.parse(text)).hasValue(bytes);
        assertThat(Sizes.format(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "MiB", "-5MiB", "5 MiB", "5MB", "5mib", "1.5MiB", "1TiB", "9999999999B"})
    void anythingElseIsNoSize(String text) {
        assertThat(Sizes.parse(text)).isEmpty();
    }
}
