package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.keystore.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BootNumbersFileTest {

    @TempDir
    private Path home;

    @Test
    void numbersAreReadAsTheyWereKept() throws Exception {
        BootNumbersFile file = new BootNumbersFile(home.resolve("numbers"));
        assertThat(file.load()).isEqualTo(BootNumbers.NONE);
        for (boolean saving : new boolean[] {true, false}) {
            BootNumbers numbers = new BootNumbers(1234567, 89, saving);
            file.keep(numbers);
            assertThat(file.load()).isEqualTo(numbers);
        }
    }

    @Test
    void otherTextIsRefusedWithWhatToDo() throws Exception {
        Path path = home.resolve("numbers");
        for (String text : new String[] {
            "",
            "bft boot numbers 1\nboot 1\n",
            "bft boot numbers 1\nboot 1\ntick 1\nsaving",
            "bft boot numbers 1\nboot 1\ntick 1\nsaving\n\n"
        }) {
            Files.writeString(path, text);
            assertThatThrownBy(() -> new BootNumbersFile(path).load())
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("remove the file");
        }
    }
}
