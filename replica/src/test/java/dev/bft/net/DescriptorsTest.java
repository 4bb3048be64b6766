package dev.bft.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that runs out of descriptors goes on serving. */
final class DescriptorsTest {
    private static final int DESCRIPTORS = 64;

    /** Echoes frames until it is ended, and tells how often accepting failed. */
    public static void main(String[] args) throws IOException {
        Transport transport = new Transport(NetSettings.standard(), bound -> 0);
        InetSocketAddress address = transport.listen(Wire.anyPort());
        System.out.println(address.getPort());
        boolean told = false;
        while (true) {
            transport.poll(50_000_000L, transport::send);
            if (!told && transport.losses().containsKey(Loss.ACCEPT_FAILED)) {
                told = true;
                System.out.println("full");
            }
        }
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void withoutDescriptorsLinksThatStandAreServedAndLaterNewOnesToo() throws Exception {
        Process process = start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(out.readLine());
            try (Socket standing = echoed(port)) {
                List<Socket> crowd = new ArrayList<>();
                for (int i = 0; i < 2 * DESCRIPTORS; i++) {
                    crowd.add(new Socket(InetAddress.getLoopbackAddress(), port));
                }
                assertThat(out.readLine()).isEqualTo("full");
                echo(standing);
                for (Socket socket : crowd) {
                    socket.close();
                }
            }
            echoed(port).close();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Process start() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String limited = "ulimit -n " + DESCRIPTORS + " && exec \"$0\" -XX:TieredStopAtLevel=1 -Xshare:auto \"$1\"";
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", limited, java, DescriptorsTest.class.getName());
        Map<String, String> environment = builder.environment();
        environment.put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static Socket echoed(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        echo(socket);
        return socket;
    }

    private static void echo(Socket socket) throws IOException {
        byte[] framed = Wire.framed(new byte[] {1, 2, 3});
        socket.getOutputStream().write(framed);
        assertThat(socket.getInputStream().readNBytes(framed.length)).isEqualTo(framed);
    }
}
