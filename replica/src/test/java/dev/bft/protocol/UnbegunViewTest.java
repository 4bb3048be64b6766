package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Digest;
import dev.bft.wire.Message;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A primary that told its NEW-VIEW and lacks the checkpoint with which the view begins (sections 6.2, 6.8). */
class UnbegunViewTest {
    private static final ViewChange.Held START = new ViewChange.Held(4, new Digest(1, 2, 3, 4));

    private final Lone primary = new Lone(1);
    private final Batch batch = Batch.of(List.of(), new byte[] {1});

    private ViewChange leaving(long view) {
        List<ViewChange.Entry> voted = List.of(new ViewChange.Entry(5, batch.digest(), 0));
        return new ViewChange(view, 4, List.of(START), voted, voted);
    }

    private void leaveAll(long view) {
        for (int i : new int[] {0, 2, 3}) {
            primary.say(i, leaving(view));
        }
        primary.sync();
    }

    @Test
    void whatItChoseIsInQThoughTheViewNeverBegan() {
        leaveAll(1);
        for (int i : new int[] {0, 2, 3}) {
            for (int j : new int[] {0, 2, 3}) {
                if (i != j) {
                    primary.say(i, new ViewChangeAck(1, j, leaving(1).digest(j)));
                }
            }
        }
        primary.tick(10);
        primary.pass(new Body(5, batch));
        primary.tick(10);
        primary.sync();
        assertThat(primary.sentOf(Message.Type.NEW_VIEW)).isEqualTo(3);
        assertThat(primary.facts).noneMatch(Fact.ViewEntered.class::isInstance);
        leaveAll(2);
        ViewChange mine = primary.sent.stream()
                .filter(ViewChange.class::isInstance)
                .map(ViewChange.class::cast)
                .filter(vc -> vc.view() == 2)
                .findFirst()
                .orElseThrow();
        assertThat(mine.prePrepared()).containsExactly(new ViewChange.Entry(5, batch.digest(), 1));
    }
}
