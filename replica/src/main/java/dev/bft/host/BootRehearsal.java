package dev.bft.host;

import dev.bft.coprocessor.LocalChannel;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;

/**
 * Boots a replica as far as it goes without a coprocessor, rehearses, and ends. Whoever builds an image runs this in it
 * and archives what it loaded: the lambdas too, which no list of classes names and each boot would make anew.
 */
public final class BootRehearsal {

    private BootRehearsal() {}

    /** Takes what {@link ReplicaMain} takes. */
    public static void main(String[] args) throws IOException, ConfigException, ForeignFileException {
        Launch launch = Launch.parse(args);
        LocalChannel nobody = LocalChannel.of(InputStream.nullInputStream(), OutputStream.nullOutputStream());
        try (SocketChannel unconnected = SocketChannel.open()) {
            new Assembly(launch, ClusterFile.load(launch.config()))
                    .assemble(new Directory(launch.state()), unconnected, nobody, System.err::println);
            Rehearsal.once();
        }
        System.exit(0);
    }
}
