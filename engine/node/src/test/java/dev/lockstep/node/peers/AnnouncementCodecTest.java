package dev.lockstep.node.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.node.peers.AnnouncementCodec.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnnouncementCodecTest {
    private static Announcement announcement(int modules) {
        List<Announcement.Module> all = new ArrayList<>();
        for (int i = 0; i < modules; i++) {
            all.add(new Announcement.Module(
                    "m".repeat(1 + i % 48) + i, 1 + i, "peer" + i, 8888 + i, 60_000 - i, i % 3 != 0, i % 2 == 0));
        }
        return new Announcement("0123456789abcdef", List.of(1L, -7L), all);
    }

    @Test
    void givenAnyNumberOfModules_whenThePagesArriveInAnyOrder_thenTheAnnouncementIsWhole() throws Exception {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        for (int modules : new int[] {0, 1, 5, 20, 100, 512}) {
            Announcement said = announcement(modules);
            List<byte[]> pages = new ArrayList<>(AnnouncementCodec.encode(said));
            Collections.shuffle(pages, random);
            PeerKnowledge knowledge = new PeerKnowledge();
            int whole = 0;
            for (byte[] page : pages) {
                assertTrue(page.length <= HeartbeatTransport.MAX_PAYLOAD, page.length + " bytes");
                whole += knowledge.heard(AnnouncementCodec.decode(page), 1) ? 1 : 0;
            }
            assertEquals(1, whole, "seed " + seed);
            assertEquals(Optional.of(said), knowledge.announcement(1), modules + " modules, seed " + seed);
        }
    }

    @Test
    void givenAPageThatIsCutOrAltered_whenDecoded_thenItIsRefusedOrAnotherPageAndNothingElseIsThrown() {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        byte[] good = AnnouncementCodec.encode(announcement(9)).getFirst();
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(Malformed.class, () -> AnnouncementCodec.decode(cut), "length " + length);
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            try {
                AnnouncementCodec.decode(bad);
            } catch (Malformed expected) {
                assertFalse(expected.getMessage().isBlank(), "seed " + seed);
            }
        }
    }
}
