package dev.bft.keystore;

import java.nio.file.Path;

/** A process that reads a file as a user who may not, and prints what it is told. */
final class ForeignReader {

    private ForeignReader() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        for (String name : arguments[1].split(",", -1)) {
            try {
                read(folder, name);
                System.out.println(name + " was read");
            } catch (ConfigException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static void read(Path folder, String name) throws ConfigException {
        switch (name) {
            case "root.key" -> SigningKeyFile.load(folder.resolve(name), SigningKeyFile.Role.ROOT);
            case "admin.client" -> ClientIdentity.load(folder.resolve(name));
            case CoprocessorKeys.NAME -> CoprocessorKeys.load(folder);
            case Rom.NAME -> Rom.load(folder);
            case CounterFile.NAME -> CounterFile.open(folder.resolve(name));
            default -> ClusterFile.load(folder.resolve(name));
        }
    }
}
