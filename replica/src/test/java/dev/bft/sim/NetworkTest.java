package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final int FRAMES = 2000;

    private final Timeline time = new Timeline();
    private final Tally tally = new Tally();
    private final List<byte[]> arrived = new ArrayList<>();

    private Network network(Plan.Weather weather, Set<Fault> faults) {
        Plan drawn = Plan.draw(1, 4, 100);
        Plan plan = new Plan(
                1,
                4,
                drawn.tunables(),
                faults,
                weather,
                drawn.disks(),
                drawn.load(),
                false,
                Collections.emptySortedMap());
        return new Network(time, plan, 4, tally);
    }

    private static Plan.Weather weather(double loss, double duplication, double corruption, double replay) {
        return new Plan.Weather(loss, duplication, corruption, replay, 1000, 5000);
    }

    private void sendMany(Network network) {
        for (int i = 0; i < FRAMES; i++) {
            network.send(0, 1, frame(i), arrived::add);
            time.in(100, () -> {});
            time.runNext();
        }
        while (time.runNext()) {
            assertThat(time.now()).isNotNegative();
        }
    }

    private static byte[] frame(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number, 7, 7, 7, 7};
    }

    private static boolean isWhole(byte[] frame) {
        return frame.length == 6 && Arrays.equals(frame, frame((frame[0] & 0xff) << 8 | (frame[1] & 0xff)));
    }

    @Test
    void inGoodWeatherEverythingArrivesOnceAndInOrder() {
        sendMany(network(weather(0.5, 0.5, 0.5, 0.5), EnumSet.allOf(Fault.class)));
        assertThat(arrived).hasSize(FRAMES);
        for (int i = 0; i < FRAMES; i++) {
            assertThat(arrived.get(i)).isEqualTo(frame(i));
        }
    }

    @Test
    void aStormLosesItsShare() {
        Network network = network(weather(0.3, 0, 0, 0), EnumSet.of(Fault.LOSS));
        network.setStorm(true);
        sendMany(network);
        assertThat(arrived).hasSizeBetween(FRAMES * 6 / 10, FRAMES * 8 / 10).allMatch(NetworkTest::isWhole);
        assertThat(tally.seen(Fault.LOSS)).isEqualTo(FRAMES - arrived.size());
    }

    @Test
    void aStormDoublesAndChangesFrames() {
        Network network = network(weather(0, 0.2, 0.2, 0), EnumSet.of(Fault.DUPLICATION, Fault.CORRUPTION));
        network.setStorm(true);
        sendMany(network);
        assertThat(arrived).hasSizeBetween(FRAMES * 11 / 10, FRAMES * 13 / 10);
        long changed = arrived.stream().filter(frame -> !isWhole(frame)).count();
        assertThat(changed).isBetween((long) FRAMES / 10, (long) FRAMES * 3 / 10);
    }

    @Test
    void aStormLetsFramesOvertakeOneAnother() {
        Network network = network(weather(0, 0, 0, 0), EnumSet.of(Fault.REORDERING));
        network.setStorm(true);
        sendMany(network);
        assertThat(arrived).hasSize(FRAMES).allMatch(NetworkTest::isWhole);
        assertThat(tally.seen(Fault.REORDERING)).isPositive();
        assertThat(arrived.get(0)).isNotEqualTo(arrived.get(1));
    }

    @Test
    void framesOfThePastComeAgain() {
        Network network = network(weather(0, 0, 0, 0.5), EnumSet.of(Fault.REPLAY));
        network.setStorm(true);
        sendMany(network);
        assertThat(arrived).hasSizeGreaterThan(FRAMES).allMatch(NetworkTest::isWhole);
    }

    @Test
    void anIsolatedNodeHearsNobodyUntilItIsJoined() {
        Network network = network(weather(0, 0, 0, 0), EnumSet.noneOf(Fault.class));
        Runnable join = network.cuts().around(1);
        sendMany(network);
        assertThat(arrived).isEmpty();
        join.run();
        sendMany(network);
        assertThat(arrived).hasSize(FRAMES);
    }

    @Test
    void afterHealingNothingIsLostNorComesAgain() {
        Network network = network(weather(0.5, 0.5, 0.5, 0.5), EnumSet.allOf(Fault.class));
        network.setStorm(true);
        sendMany(network);
        arrived.clear();
        network.heal();
        sendMany(network);
        assertThat(arrived).hasSize(FRAMES).allMatch(NetworkTest::isWhole);
    }
}
