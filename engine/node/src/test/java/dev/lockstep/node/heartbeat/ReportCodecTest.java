package dev.lockstep.node.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.Claim;
import dev.lockstep.core.mirror.DiskHealth;
import dev.lockstep.core.mirror.PeerReport;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.node.heartbeat.ReportCodec.MalformedReport;
import dev.lockstep.node.heartbeat.ReportCodec.Payload;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReportCodecTest {
    private static final Payload PLAIN = payload(Optional.empty(), Map.of());
    private static final Payload RICH =
            payload(Optional.of(new Claim("node1", 3, 7, -5, 2)), Map.of("rfs.degraded", "up"));

    @Test
    void givenAReport_whenItTravels_thenItIsTheSame() throws MalformedReport {
        assertEquals(PLAIN, ReportCodec.decode(ReportCodec.encode(PLAIN)));
        assertEquals(RICH, ReportCodec.decode(ReportCodec.encode(RICH)));
    }

    @Test
    void givenAReportCutAnywhere_whenItIsRead_thenItIsRefused() {
        byte[] whole = ReportCodec.encode(RICH);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(MalformedReport.class, () -> ReportCodec.decode(cut), "cut at " + length);
        }
        assertThrows(MalformedReport.class, () -> ReportCodec.decode(Arrays.copyOf(whole, whole.length + 1)));
    }

    @Test
    void givenNoise_whenItIsRead_thenItIsRefusedOrAReportAndNothingElse() {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        byte[] whole = ReportCodec.encode(RICH);
        for (int round = 0; round < 20_000; round++) {
            byte[] noisy = whole.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                noisy[random.nextInt(noisy.length)] = (byte) random.nextInt();
            }
            try {
                ReportCodec.decode(noisy);
            } catch (MalformedReport refused) {
                assertTrue(refused.getMessage().length() < 200, "seed " + seed);
            }
        }
    }

    @Test
    void givenTooManyAndTooLongResources_whenEncoded_thenThePacketStaysWithinItsBound() throws MalformedReport {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("custom." + i + "x".repeat(300), "up");
        }
        byte[] bytes = ReportCodec.encode(payload(Optional.empty(), many));
        assertTrue(bytes.length <= HeartbeatTransport.MAX_PAYLOAD);
        assertTrue(ReportCodec.decode(bytes).resources().size() > 1);
    }

    @Test
    void givenAReportWithEveryPartAsLongAsItMayBe_whenItTravels_thenItFitsAndIsTheSame() throws MalformedReport {
        String longest = "n".repeat(120);
        Claim claim = new Claim(longest, -1, -1, -1, -1);
        List<Long> history =
                LongStream.range(0, ReplicaIdentity.HISTORY_MAX).boxed().toList();
        PeerReport report = new PeerReport(
                longest,
                -1,
                -1,
                ModuleState.PRIM,
                Readiness.READY,
                new ReplicaIdentity(-1, -1, history, true, true, true, true, true),
                true,
                Optional.of(claim),
                Optional.of(claim),
                Optional.of(-1L),
                -1,
                longest,
                true,
                true,
                FormerRole.PRIMARY,
                -1,
                Optional.of(new Verdict(longest, -1)),
                DiskHealth.HANGS,
                longest);
        Payload payload = new Payload(report, Map.of());
        assertEquals(payload, ReportCodec.decode(ReportCodec.encode(payload)));
    }

    @Test
    void givenAnotherVersion_whenItIsRead_thenTheRefusalNamesBoth() {
        byte[] bytes = ReportCodec.encode(PLAIN);
        bytes[4] = 9;
        String message = assertThrows(MalformedReport.class, () -> ReportCodec.decode(bytes))
                .getMessage();
        assertTrue(message.contains("9") && message.contains("2"), message);
    }

    private static Payload payload(Optional<Claim> claim, Map<String, String> resources) {
        ReplicaIdentity identity =
                new ReplicaIdentity(11, 12, List.of(13L, 14L, 15L), true, false, true, false, claim.isPresent());
        return new Payload(
                new PeerReport(
                        "node2",
                        5,
                        99,
                        ModuleState.PRIM,
                        Readiness.READY,
                        identity,
                        claim.isPresent(),
                        claim,
                        claim,
                        claim.map(Claim::generation),
                        4,
                        "root",
                        claim.isPresent(),
                        true,
                        FormerRole.PRIMARY,
                        1234,
                        claim.map(c -> new Verdict(c.node(), 6)),
                        DiskHealth.REFUSED,
                        "abc"),
                resources);
    }
}
