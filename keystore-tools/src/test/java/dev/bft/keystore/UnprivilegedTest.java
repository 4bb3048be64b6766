package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user without privileges can do, and what he is told when he cannot. */
class UnprivilegedTest {

    private static final List<String> NAMES =
            List.of("root.key", "admin.client", CoprocessorKeys.NAME, Rom.NAME, CounterFile.NAME, ClusterFile.NAME);

    @TempDir
    private Path temp;

    @Test
    void filesOfOthersAreNamedWithWhatToDo() throws Exception {
        for (String name : NAMES) {
            SafeFiles.create(temp.resolve(name), new byte[] {1}, OtherUser.isRoot() ? "rw-------" : "---------");
        }
        List<String> lines = new OtherUser(temp).run(ForeignReader.class, temp.toString(), String.join(",", NAMES));
        assertThat(lines).hasSize(NAMES.size());
        for (int i = 0; i < NAMES.size(); i++) {
            assertThat(lines.get(i))
                    .startsWith(temp.resolve(NAMES.get(i)) + ": you may not read")
                    .contains("run as its owner");
        }
    }

    @Test
    void aClusterIsMadeAndReplaced() throws Exception {
        OtherUser user = new OtherUser(temp);
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        assertThat(user.run(ForeignKeygen.class, folder.root().toString())).containsExactly("made");
        String first = ClusterFile.load(folder.config()).cluster().id();
        assertThat(user.run(ForeignKeygen.class, folder.root().toString()).get(0))
                .contains("--force");
        assertThat(user.run(ForeignKeygen.class, folder.root().toString(), "force"))
                .containsExactly("made");
        assertThat(ClusterFile.load(folder.config()).cluster().id()).isNotEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.image())))
                .isEqualTo("r-xr-xr-x");
    }

    @Test
    void aFolderThatMayNotBeWrittenIsNamed() throws Exception {
        Path closed = Files.createDirectory(temp.resolve("closed"));
        OtherUser user = new OtherUser(temp);
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        for (Path folder : List.of(closed, closed.resolve("c"))) {
            assertThat(user.run(ForeignKeygen.class, folder.toString()))
                    .singleElement()
                    .asString()
                    .startsWith(folder + ": you may not write " + closed)
                    .endsWith("choose another folder with -c");
        }
    }
}
