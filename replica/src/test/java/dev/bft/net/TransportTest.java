package dev.bft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.net.Wire.Node;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TransportTest {
    private final Wire wire = new Wire();

    @AfterEach
    void close() throws IOException {
        wire.close();
    }

    private static byte[] number(int i) {
        return ByteBuffer.allocate(20).putInt(i).array();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void manySmallFramesArriveInOrder() throws IOException {
        Node server = wire.node();
        Node client = wire.node();
        client.transport.dial(2, server.transport.listen(Wire.anyPort()));
        wire.until("connected", () -> client.transport.isConnected(2));
        for (int i = 0; i < 10_000; i++) {
            client.transport.send(2, number(i));
        }
        wire.until("all frames", () -> server.got.size() == 10_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(ByteBuffer.wrap(server.got.get(i).frame()).getInt()).isEqualTo(i);
        }
    }

    @Test
    void whoSendsMuchThatTakesLongDoesNotMakeOthersWait() throws IOException {
        Node server = wire.node();
        InetSocketAddress address = server.transport.listen(Wire.anyPort());
        Socket loud = wire.raw(address);
        Socket quiet = wire.raw(address);
        server.onFrame = link -> {
            server.transport.trust(link, false);
            LockSupport.parkNanos(1_000_000);
        };
        ByteBuffer many = ByteBuffer.allocate(500 * 24);
        for (int i = 0; i < 500; i++) {
            many.put(Wire.framed(number(i)));
        }
        loud.getOutputStream().write(many.array());
        wire.until("the first frame", () -> !server.got.isEmpty());
        for (int i = 0; i < 10; i++) {
            int before = server.got.size();
            quiet.getOutputStream().write(Wire.framed(number(1000 + i)));
            int which = 1000 + i;
            wire.until("what is sent seldom", () -> server.got.stream()
                    .anyMatch(g -> ByteBuffer.wrap(g.frame()).getInt() == which));
            assertThat(server.got.size() - before).isLessThan(20);
        }
        wire.until("all frames", () -> server.got.size() == 510);
    }

    @Test
    void theConnectionToASilentPeerIsMadeAnewUnlessItIsYoung() throws IOException {
        Node server = wire.node();
        Node client = wire.node();
        client.transport.dial(2, server.transport.listen(Wire.anyPort()));
        wire.until("connected", () -> client.transport.isConnected(2));
        client.transport.redial(7);
        wire.until("another connection", () -> {
            client.transport.redial(2);
            return client.connected.size() == 2;
        });
        assertThat(client.losses(Loss.SILENT)).isEqualTo(1);
        client.transport.send(2, number(1));
        wire.until("a frame on it", () -> server.got.size() == 1);
    }

    @Test
    void smallFramesShareOneWrite() throws IOException {
        Node server = wire.node();
        Socket socket = wire.raw(server.transport.listen(Wire.anyPort()));
        socket.getOutputStream().write(Wire.framed(number(1)));
        wire.until("the link", () -> !server.got.isEmpty());
        for (int i = 0; i < 100; i++) {
            server.transport.send(server.got.get(0).link(), number(i));
        }
        wire.turn();
        assertThat(socket.getInputStream().read(new byte[8192])).isEqualTo(100 * 24);
    }

    @Test
    void aFrameOfTwoMebibytesArrivesBothWays() throws IOException {
        Node server = wire.node();
        Node client = wire.node();
        client.transport.dial(0, server.transport.listen(Wire.anyPort()));
        client.transport.send(0, number(1));
        wire.until("a first frame", () -> server.got.size() == 1);
        long link = server.got.get(0).link();
        server.transport.trust(link, false);
        byte[] big = random(2 << 20);
        client.transport.send(0, big);
        server.transport.send(link, big);
        wire.until("big frames", () -> server.got.size() == 2 && client.got.size() == 1);
        assertThat(server.got.get(1).frame()).isEqualTo(big);
        assertThat(client.got.get(0).frame()).isEqualTo(big);
        assertThat(client.got.get(0).link()).isZero();
    }

    @Test
    void aFrameAboveTheLimitIsNotSent() throws IOException {
        Node client = wire.node();
        client.transport.dial(0, Wire.anyPort());
        client.transport.send(0, new byte[(2 << 20) + 1]);
        client.transport.send(0, new byte[0]);
        assertThat(client.losses(Loss.TOO_LONG_TO_SEND)).isEqualTo(2);
    }

    @Test
    void anAnswerGoesBackOnTheLinkItCameFrom() throws IOException {
        Node server = wire.node();
        InetSocketAddress address = server.transport.listen(Wire.anyPort());
        Node a = wire.node();
        Node b = wire.node();
        a.transport.dial(0, address);
        b.transport.dial(0, address);
        a.transport.send(0, number(1));
        wire.until("a's frame", () -> server.got.size() == 1);
        b.transport.send(0, number(2));
        wire.until("b's frame", () -> server.got.size() == 2);
        assertThat(server.got.get(0).link()).isNotEqualTo(server.got.get(1).link());
        server.transport.send(server.got.get(1).link(), number(22));
        server.transport.send(server.got.get(0).link(), number(11));
        wire.until("both answers", () -> a.got.size() == 1 && b.got.size() == 1);
        assertThat(a.got.get(0).frame()).isEqualTo(number(11));
        assertThat(b.got.get(0).frame()).isEqualTo(number(22));
    }

    @Test
    void aFrameForALinkThatIsGoneIsCounted() throws IOException {
        Node server = wire.node();
        server.transport.listen(Wire.anyPort());
        server.transport.send(77_777, number(1));
        server.transport.send(3, number(1));
        assertThat(server.losses(Loss.NO_LINK)).isEqualTo(2);
    }

    @Test
    void aPeerThatComesBackIsReachedAgain() throws IOException {
        Node client = wire.node();
        Node first = wire.node();
        InetSocketAddress address = first.transport.listen(Wire.anyPort());
        client.transport.dial(1, address);
        client.transport.send(1, number(1));
        wire.until("the first frame", () -> first.got.size() == 1);
        wire.stop(first);
        wire.until("the loss", () -> !client.transport.isConnected(1));
        client.transport.send(1, number(2));
        wire.until("a failed dial", () -> client.losses(Loss.DIAL_FAILED) > 0);
        Node second = wire.node();
        second.transport.listen(address);
        wire.until("the frame that waited", () -> second.got.size() == 1);
        assertThat(second.got.get(0).frame()).isEqualTo(number(2));
        assertThat(client.connected).containsExactly(1, 1);
    }

    @Test
    void onlyTheNewestFramesWaitForAPeerThatIsAway() throws IOException {
        Node client = wire.node();
        Node server = wire.node();
        InetSocketAddress address = server.transport.listen(Wire.anyPort());
        client.transport.dial(1, address);
        for (int i = 0; i < 1000; i++) {
            client.transport.send(1, number(i));
        }
        wire.until("the newest", () -> server.got.size() == 64);
        assertThat(server.got.get(0).frame()).isEqualTo(number(936));
        assertThat(client.losses(Loss.QUEUE_FULL)).isEqualTo(936);
    }

    @Test
    void aReaderThatTakesNothingCostsABoundedQueueAndLosesTheOldest() throws IOException {
        Node server = wire.node();
        Socket slow = wire.raw(server.transport.listen(Wire.anyPort()));
        slow.getOutputStream().write(Wire.framed(number(0)));
        wire.until("the link", () -> !server.got.isEmpty());
        long link = server.got.get(0).link();
        server.transport.trust(link, false);
        int sent = 64;
        for (int i = 0; i < sent; i++) {
            byte[] frame = new byte[1 << 20];
            ByteBuffer.wrap(frame).putInt(i);
            server.transport.send(link, frame);
            wire.turn();
        }
        long dropped = server.losses(Loss.QUEUE_FULL);
        assertThat(dropped).isGreaterThan(sent / 2);
        assertThat(lastFrameNumber(server, slow, (int) (sent - dropped))).isEqualTo(sent - 1);
    }

    private int lastFrameNumber(Node server, Socket slow, int frames) throws IOException {
        DataInputStream in = new DataInputStream(slow.getInputStream());
        int last = -1;
        byte[] rest = new byte[(1 << 20) - 4];
        for (int i = 0; i < frames; i++) {
            while (in.available() < 4) {
                server.transport.poll(1_000_000L, server);
            }
            in.readInt();
            last = readInterleaved(server, in, rest);
        }
        return last;
    }

    private static int readInterleaved(Node server, DataInputStream in, byte[] rest) throws IOException {
        byte[] head = new byte[4];
        fill(server, in, head);
        fill(server, in, rest);
        return ByteBuffer.wrap(head).getInt();
    }

    private static void fill(Node server, DataInputStream in, byte[] target) throws IOException {
        int have = 0;
        while (have < target.length) {
            int ready = Math.min(in.available(), target.length - have);
            if (ready == 0) {
                server.transport.poll(1_000_000L, server);
            } else {
                in.readFully(target, have, ready);
                have += ready;
            }
        }
    }

    @Test
    void aWakeupFromAnotherThreadEndsAPoll() throws Exception {
        Node node = wire.node();
        node.transport.listen(Wire.anyPort());
        node.transport.poll(0, node);
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            Thread other = new Thread(node.transport::wakeup);
            other.start();
            other.join();
            long begin = System.nanoTime();
            node.transport.poll(90_000_000L, node);
            shortest = Math.min(shortest, System.nanoTime() - begin);
        }
        assertThat(shortest).isLessThan(50_000_000L);
    }

    @Test
    void aPortInUseIsNamedWithWhatToDo() throws IOException {
        Node first = wire.node();
        Node second = wire.node();
        InetSocketAddress address = first.transport.listen(Wire.anyPort());
        assertThatThrownBy(() -> second.transport.listen(address))
                .isInstanceOf(BindException.class)
                .hasMessageContaining(address.getHostString() + ":" + address.getPort())
                .hasMessageContaining("in use")
                .hasMessageContaining("stop what listens there");
    }

    @Test
    void anUnknownHostIsNamed() throws IOException {
        Node node = wire.node();
        assertThatThrownBy(() -> node.transport.listen(InetSocketAddress.createUnresolved("no.such.host", 1)))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("no.such.host");
    }
}
