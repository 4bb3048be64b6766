package dev.bft.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page bft-wire(5) names what the code has: every message and field, every outcome, every limit. */
final class WireManPageTest {
    private static final Path PAGE = Path.of("..", "man", "bft-wire.5");

    @ParameterizedTest
    @EnumSource(Message.Type.class)
    void everyMessageHasASectionThatListsItsFields(Message.Type type) throws IOException {
        assertThat(sections()).containsKey(title(type));
        List<String> section = sections().getOrDefault(title(type), List.of());
        if (type == Message.Type.COMMIT) {
            assertThat(section).contains("The fields are those of PREPARE.");
            return;
        }
        for (String field : fields(new Generated(1).message(type))) {
            assertThat(section)
                    .as("field %s of %s", field, type)
                    .anyMatch(line -> line.startsWith(".It " + field + " Ta"));
        }
    }

    @Test
    void nothingElseIsCalledAMessage() throws IOException {
        List<String> titles =
                Arrays.stream(Message.Type.values()).map(WireManPageTest::title).toList();
        assertThat(sections().keySet().stream().filter(t -> t.endsWith(")")))
                .containsExactlyInAnyOrderElementsOf(titles);
    }

    @ParameterizedTest
    @EnumSource(Reply.Outcome.class)
    void everyOutcomeIsListedWithItsCode(Reply.Outcome outcome) throws IOException {
        assertThat(Files.readAllLines(PAGE)).contains(".It " + hyphenated(outcome) + " (" + outcome.code() + ")");
    }

    @Test
    void everyLimitIsListedWithItsValue() throws IOException, IllegalAccessException {
        List<String> lines = Files.readAllLines(PAGE);
        for (Field limit : Limits.class.getFields()) {
            String row = ".It " + limit.getName().replace('_', '-') + " Ta " + limit.getInt(null) + " Ta ";
            assertThat(lines).as(row).anyMatch(line -> line.startsWith(row));
        }
    }

    private static List<String> fields(Message message) {
        List<String> fields = new ArrayList<>();
        for (RecordComponent component : message.getClass().getRecordComponents()) {
            if (component.getType() == Batch.class || component.getType() == Proposal.class) {
                fields.addAll(List.of("requests", "nondet"));
            } else if (component.getType() != Message.Type.class) {
                fields.add(component.getName());
            }
        }
        return fields;
    }

    private static String title(Message.Type type) {
        return hyphenated(type) + " (" + type.code() + ")";
    }

    private static String hyphenated(Enum<?> name) {
        return name.name().replace('_', '-');
    }

    /** The lines below each subsection's title. */
    private static Map<String, List<String>> sections() throws IOException {
        Map<String, List<String>> sections = new TreeMap<>();
        List<String> current = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith(".Ss ")) {
                current = new ArrayList<>();
                sections.put(line.substring(4), current);
            }
            current.add(line);
        }
        return sections;
    }
}
