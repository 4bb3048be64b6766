package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** JSON as commands print it. */
final class JsonTest {

    @Test
    void whatIsNotPlainAsciiIsEscaped() {
        assertThat(new Json().put("k", "a\"b\\c\n\u00fc\u001b").toString())
                .isEqualTo("{\"k\":\"a\\\"b\\\\c\\u000a\\u00fc\\u001b\"}");
    }

    @Test
    void whatIsNotKnownIsNull() {
        Json json = new Json().put("a", OptionalLong.empty()).put("b", Optional.empty());
        assertThat(json.toString()).isEqualTo("{\"a\":null,\"b\":null}");
    }

    @Test
    void listsAndObjectsNest() {
        Json json = Json.versioned()
                .put("l", List.of(new Json().put("x", true), new Json()))
                .putStrings("s", List.of("a", "b"));
        assertThat(json.toString()).isEqualTo("{\"v\":1,\"l\":[{\"x\":true},{}],\"s\":[\"a\",\"b\"]}");
    }

    @Test
    void aNumberThatIsNoneIsZero() {
        assertThat(new Json().put("r", Double.NaN, 2).put("q", 1.005e3, 1).toString())
                .isEqualTo("{\"r\":0.00,\"q\":1005.0}");
    }
}
