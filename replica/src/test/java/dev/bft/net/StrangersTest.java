package dev.bft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.net.Wire.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be done to a transport by those who have proved nothing. */
final class StrangersTest {
    private static final byte[] SMALL = new byte[40];
    private static final byte[] LONG = new byte[100 << 10];
    private static final int SECOND = 1_000_000_000;

    private final Wire wire = new Wire();

    @AfterEach
    void close() throws IOException {
        wire.close();
    }

    private static NetSettings settings(int linksMax, int linksPerAddress, long memory, long strangerLife) {
        return new NetSettings(
                2 << 20, 64 << 10, 8 << 20, 4 << 20, 1000, linksMax, linksPerAddress, memory, strangerLife);
    }

    private static byte[] length(int length) {
        return ByteBuffer.allocate(4).putInt(length).array();
    }

    private boolean isCut(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, (2 << 20) + 1, Integer.MAX_VALUE})
    void aLengthThatNoFrameHasCutsTheLink(int length) throws IOException {
        Node server = wire.node();
        Socket socket = wire.raw(server.transport.listen(Wire.anyPort()));
        socket.getOutputStream().write(length(length));
        wire.until("the cut", () -> server.losses(Loss.BAD_LENGTH) == 1);
        assertThat(server.got).isEmpty();
        wire.until("the end of the stream", () -> isCut(socket));
    }

    @Test
    void randomBytesNeverHurtOthers() throws IOException {
        Node server = wire.node();
        InetSocketAddress address = server.transport.listen(Wire.anyPort());
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] junk = new byte[1000];
            random.nextBytes(junk);
            wire.raw(address).getOutputStream().write(junk);
        }
        Node client = wire.node();
        client.transport.dial(0, address);
        client.transport.send(0, SMALL);
        wire.until("the client's frame", () -> server.got.stream().anyMatch(g -> Arrays.equals(g.frame(), SMALL)));
    }

    @Test
    void aFrameCutShortIsCountedAndNotDelivered() throws IOException {
        Node server = wire.node();
        Socket socket = wire.raw(server.transport.listen(Wire.anyPort()));
        socket.getOutputStream().write(Arrays.copyOf(Wire.framed(SMALL), 20));
        socket.close();
        wire.until("the count", () -> server.losses(Loss.TRUNCATED) == 1);
        assertThat(server.got).isEmpty();
    }

    @Test
    void aStrangersFirstFrameAboveTheLimitCutsItsLink() throws IOException {
        Node server = wire.node();
        Socket socket = wire.raw(server.transport.listen(Wire.anyPort()));
        socket.getOutputStream().write(length((64 << 10) + 1));
        wire.until("the cut", () -> server.losses(Loss.STRANGER_TOO_LONG) == 1);
    }

    @Test
    void aStrangersLongFrameWaitsUntilTheLinkIsTrusted() throws IOException {
        Node server = wire.node();
        Socket socket = wire.raw(server.transport.listen(Wire.anyPort()));
        OutputStream out = socket.getOutputStream();
        out.write(Wire.framed(SMALL));
        out.write(Wire.framed(LONG));
        out.write(Wire.framed(SMALL));
        wire.until("the first frame", () -> server.got.size() == 1);
        for (int i = 0; i < 50; i++) {
            wire.turn();
        }
        assertThat(server.got).hasSize(1);
        server.transport.trust(server.got.get(0).link(), false);
        wire.until("the rest", () -> server.got.size() == 3);
        assertThat(server.got.get(1).frame()).hasSize(LONG.length);
    }

    @Test
    void aStrangersLongFrameThatIsNeverTrustedCutsItsLink() throws IOException {
        Node server = wire.node(settings(10, 10, 64 << 20, SECOND / 5));
        Socket socket = wire.raw(server.transport.listen(Wire.anyPort()));
        OutputStream out = socket.getOutputStream();
        out.write(Wire.framed(SMALL));
        out.write(length(LONG.length));
        wire.until("the cut", () -> server.losses(Loss.STRANGER_TOO_LONG) == 1);
    }

    @Test
    void aStrangerThatIsNotTrustedInTimeIsCutAndATrustedOneStays() throws IOException {
        Node server = wire.node(settings(10, 10, 64 << 20, SECOND / 5));
        InetSocketAddress address = server.transport.listen(Wire.anyPort());
        Socket trusted = wire.raw(address);
        trusted.getOutputStream().write(Wire.framed(SMALL));
        wire.until("the frame", () -> server.got.size() == 1);
        server.transport.trust(server.got.get(0).link(), false);
        Socket stranger = wire.raw(address);
        wire.until("the cut", () -> server.losses(Loss.STRANGER_TOO_OLD) == 1 && isCut(stranger));
        trusted.getOutputStream().write(Wire.framed(SMALL));
        wire.until("the second frame", () -> server.got.size() == 2);
    }

    @Test
    void aNewcomerTakesThePlaceOfTheOldestStranger() throws IOException {
        Node server = wire.node(settings(4, 10, 64 << 20, 60L * SECOND));
        InetSocketAddress address = server.transport.listen(Wire.anyPort());
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sockets.add(wire.raw(address));
        }
        wire.until("an eviction", () -> server.losses(Loss.EVICTED) == 1);
        wire.until("the oldest's end", () -> isCut(sockets.get(0)));
        sockets.get(4).getOutputStream().write(Wire.framed(SMALL));
        wire.until("the newcomer's frame", () -> server.got.size() == 1);
    }

    @Test
    void trustedLinksAreNotEvictedForANewcomer() throws IOException {
        Node server = wire.node(settings(10, 2, 64 << 20, 60L * SECOND));
        InetSocketAddress address = server.transport.listen(Wire.anyPort());
        for (int i = 0; i < 2; i++) {
            wire.raw(address).getOutputStream().write(Wire.framed(SMALL));
        }
        wire.until("two links", () -> server.got.size() == 2);
        server.got.forEach(g -> server.transport.trust(g.link(), false));
        Socket third = wire.raw(address);
        wire.until("the refusal", () -> server.losses(Loss.TOO_MANY_FROM_ADDRESS) == 1 && isCut(third));
    }

    @Test
    void theLinkThatHoldsMostIsCutWhenAllTogetherHoldTooMuch() throws IOException {
        Node server = wire.node(settings(10, 10, 8 << 20, 60L * SECOND));
        InetSocketAddress address = server.transport.listen(Wire.anyPort());
        for (int i = 0; i < 3; i++) {
            wire.raw(address).getOutputStream().write(Wire.framed(SMALL));
        }
        wire.until("three links", () -> server.got.size() == 3);
        for (int i = 0; i < 40; i++) {
            for (Wire.Got got : server.got) {
                server.transport.send(got.link(), new byte[1 << 20]);
            }
            wire.turn();
        }
        assertThat(server.losses(Loss.MEMORY)).isPositive();
        assertThat(server.losses(Loss.NO_LINK)).isPositive();
    }

    @Test
    void aMutedLinkIsHeardAgainLaterAndLosesNothing() throws IOException {
        Node server = wire.node();
        Socket loud = wire.raw(server.transport.listen(Wire.anyPort()));
        loud.getOutputStream().write(Wire.framed(SMALL));
        wire.until("a frame", () -> server.got.size() == 1);
        server.transport.mute(server.got.get(0).link(), SECOND / 2);
        long until = System.nanoTime() + SECOND / 2;
        for (int i = 0; i < 1000; i++) {
            loud.getOutputStream().write(Wire.framed(SMALL));
        }
        while (System.nanoTime() < until) {
            assertThat(server.got).hasSize(1);
            wire.turn();
        }
        wire.until("all of them", () -> server.got.size() == 1001);
        assertThat(server.losses(Loss.MUTED)).isEqualTo(1);
    }

    /** The owner may want it in the middle of what was read at once: the rest waits as well. */
    @Test
    void nothingBehindTheFrameForWhichALinkIsMutedIsHandedOver() throws IOException {
        Node server = wire.node();
        Socket loud = wire.raw(server.transport.listen(Wire.anyPort()));
        server.onFrame = link -> server.transport.mute(link, SECOND / 5);
        byte[] two = new byte[2 * Wire.framed(SMALL).length];
        System.arraycopy(Wire.framed(SMALL), 0, two, 0, two.length / 2);
        System.arraycopy(Wire.framed(SMALL), 0, two, two.length / 2, two.length / 2);
        loud.getOutputStream().write(two);
        wire.until("the first", () -> server.got.size() == 1);
        long heard = System.nanoTime();
        wire.until("the second", () -> server.got.size() == 2);
        assertThat(System.nanoTime() - heard).isGreaterThan(SECOND / 10);
    }
}
