package dev.lockstep.node;

import dev.lockstep.api.fs.FileSystemInterceptor;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.ReplicationTransport;
import dev.lockstep.node.daemon.Daemon;
import dev.lockstep.node.daemon.Extensions;
import dev.lockstep.node.daemon.LogBook;
import dev.lockstep.node.net.LocalAddresses;
import dev.lockstep.node.plugins.PluginHouse;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.Configurations;
import dev.lockstep.node.store.XmlConfigurations;
import dev.lockstep.node.threads.SharedThreads;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches the daemon: {@code daemon}, in the foreground, until SIGTERM or SIGINT. Exit status 0 after a clean end, 1 when it
 * cannot start, with the reason on standard error.
 */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** The launcher. */
    public static void main(String[] arguments) {
        if (arguments.length != 1 || !arguments[0].equals("daemon")) {
            System.err.println("usage: lockstep daemon");
            System.exit(2);
        }
        try {
            run(System.getenv());
        } catch (StartRefused refusal) {
            System.err.println("lockstep: " + refusal.getMessage());
            System.exit(1);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Map<String, String> environment) throws StartRefused, InterruptedException {
        Installation installation = Installation.of(environment);
        installation.requireRoot();
        installation.lookAtPrograms();
        PluginHouse plugins = PluginHouse.open(installation.home().resolve("plugins"));
        plugins.problems().forEach(problem -> LOG.error("{}", problem));
        Clock clock = Clock.system(ZoneId.systemDefault());
        Configurations configurations =
                new XmlConfigurations(environment, List.of(installation.home(), installation.var()));
        SharedThreads threads = new SharedThreads();
        LogBook logs = new LogBook(installation.var(), threads.hands(), clock);
        ClusterStore clusters = installation.clusters(configurations);
        Daemon daemon = Daemon.start(new Daemon.Setting(
                installation.home(),
                installation.var(),
                installation.runtime(),
                installation.port(),
                clusters,
                installation.modules(configurations, clusters, logs, clock),
                logs,
                extensions(plugins),
                LocalAddresses.SYSTEM,
                threads,
                clock));
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform()
                        .name("shutdown")
                        .unstarted(() -> Runtime.getRuntime().halt(end(daemon, logs, plugins))));
        LOG.info("The daemon of {} runs, state in {}", installation.home(), installation.var());
        new CountDownLatch(1).await();
    }

    /** Ends everything in order; the exit status. Nothing is left to do afterwards: what a library registered must not delay it. */
    private static int end(Daemon daemon, LogBook logs, PluginHouse plugins) {
        try {
            LOG.info("Ending: modules are stopped");
            daemon.close();
            logs.close();
            plugins.close();
            LOG.info("Ended");
            return 0;
        } catch (RuntimeException defect) {
            LOG.error("The daemon could not end cleanly", defect);
            return 1;
        }
    }

    private static Extensions extensions(PluginHouse plugins) {
        // One of each for all modules: they share threads and ports, and what the process may have open is divided
        // among the directories.
        return new Extensions() {
            private HeartbeatTransport heartbeats;
            private ReplicationTransport replication;
            private FileSystemInterceptor interceptor;

            @Override
            public synchronized HeartbeatTransport heartbeats() throws StartRefused {
                if (heartbeats == null) {
                    heartbeats = plugins.extension(HeartbeatTransport.class, "heartbeats");
                }
                return heartbeats;
            }

            @Override
            public synchronized ReplicationTransport replication() throws StartRefused {
                if (replication == null) {
                    replication = plugins.extension(ReplicationTransport.class, "replication links");
                }
                return replication;
            }

            @Override
            public synchronized FileSystemInterceptor interception() throws StartRefused {
                if (interceptor == null) {
                    interceptor = plugins.extension(FileSystemInterceptor.class, "the interception of directories");
                }
                return interceptor;
            }
        };
    }
}
