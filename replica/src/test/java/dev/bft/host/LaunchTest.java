package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.keystore.ConfigException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LaunchTest {
    private static final List<String> GIVEN =
            List.of("--id", "2", "--config", "c", "--rom", "r", "--state", "s", "--boot", "8", "--tick", "4");

    private static Launch parse(String... more) throws ConfigException {
        List<String> arguments = new ArrayList<>(GIVEN);
        arguments.addAll(List.of(more));
        return Launch.parse(arguments.toArray(String[]::new));
    }

    @Test
    void aVoteLogIsOfTheTickOfTheBootUnlessAnotherIsGivenToo() throws Exception {
        assertThat(parse().tick()).isEqualTo(4);
        assertThat(parse().tickBefore()).isEqualTo(4);
        assertThat(parse("--tick-before", "3").tick()).isEqualTo(4);
        assertThat(parse("--tick-before", "3").tickBefore()).isEqualTo(3);
    }

    @Test
    void whatIsMissingTwiceThereOrUnknownIsRefused() {
        for (String[] more : new String[][] {
            {"--tick"}, {"--tick", "4"}, {"--tick-after", "5"}, {"--tick-before", "3", "--tick-before", "3"}
        }) {
            assertThatThrownBy(() -> parse(more))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("bft start-replica");
        }
        assertThatThrownBy(() -> parse("--tick-before", "x"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--tick-before x");
    }
}
