package dev.bft.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CheckpointCostTest {

    @Test
    void everyRoundWritesAndDigestsSoManyPages() {
        CheckpointCost bench = new CheckpointCost(64);
        CheckpointCost.Cost cost = bench.measure(16, 5);
        assertThat(cost.pages()).isEqualTo(16);
        assertThat(cost.copies()).hasSize(5).allSatisfy(nanos -> assertThat(nanos)
                .isNotNegative());
        assertThat(cost.digests()).hasSize(5).allSatisfy(nanos -> assertThat(nanos)
                .isPositive());
    }

    @Test
    void itGoesOnFromOneMeasurementToTheNext() {
        CheckpointCost bench = new CheckpointCost(64);
        bench.measure(64, 2);
        assertThat(bench.measure(1, 3).digests()).hasSize(3);
    }
}
