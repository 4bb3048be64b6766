package dev.bft.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A folder of the file system. */
record Directory(Path path) implements Folder {
    @Override
    public boolean has(String name) {
        return Files.exists(path.resolve(name));
    }

    @Override
    public FileChannel open(String name) throws IOException {
        return FileChannel.open(
                path.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void remove(String name) throws IOException {
        Files.deleteIfExists(path.resolve(name));
    }

    @Override
    public void sync() throws IOException {
        try (FileChannel self = FileChannel.open(path, StandardOpenOption.READ)) {
            self.force(true);
        }
    }
}
