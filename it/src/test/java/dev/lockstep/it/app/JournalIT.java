package dev.lockstep.it.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.kit.Checkout;
import dev.lockstep.it.kit.Host;
import dev.lockstep.it.kit.Patience;
import dev.lockstep.it.kit.Site;
import dev.lockstep.it.kit.Switch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The client of the journal would notice a loss: shown on a plain disk, where one is made by hand. */
class JournalIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void whatIsAcknowledgedIsThereAndWhatIsTakenAwayIsMissed() throws IOException {
        try (Site site = Site.open("lsit-", Checkout.root().resolve("it/target"), false)) {
            Switch office = site.network("office");
            Host server = site.host("server");
            Host desk = site.host("desk");
            server.cable(office, "10.77.1.1");
            desk.cable(office, "10.77.1.9");
            server.powerOn();
            desk.powerOn();
            String java = ProcessHandle.current().info().command().orElseThrow();
            Path classes = Checkout.root().resolve("it/target/classes");
            String start = "setsid " + java + " -XX:-UsePerfData -cp " + classes
                    + " dev.lockstep.it.app.JournalServer 7070 " + site.disk() + "/journal >/run/out 2>&1 &";
            server.run("bash", "-c", start).expectOk();
            try (JournalClient client = JournalClient.start(desk, List.of(new InetSocketAddress("10.77.1.1", 7070)))) {
                Patience.until("acknowledgements", SOON, () -> client.count() > 50);
                server.powerOff();
                Path journal = server.onDisk(site.disk() + "/journal");
                assertEquals(new BitSet(), client.missing(() -> Journal.numbers(journal)));
                try (FileChannel file = FileChannel.open(journal, StandardOpenOption.WRITE)) {
                    file.truncate(20L * Journal.RECORD);
                }
                assertTrue(client.missing(() -> Journal.numbers(journal)).cardinality() >= 30);
            }
        }
    }
}
