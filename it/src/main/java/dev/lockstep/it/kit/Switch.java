package dev.lockstep.it.kit;

import java.util.Set;
import java.util.TreeSet;

/** A network: a bridge in namespaces of its own, one port for each host. */
public final class Switch implements AutoCloseable {
    /** What the kernel calls the states of a bridge port. */
    private static final String FORWARDING = "3";

    private static final String SILENT = "0";

    private final String name;
    private final Namespace box;
    private final Set<String> ports = new TreeSet<>();

    Switch(String name, Namespace box) {
        this.name = name;
        this.box = box;
        box.net("ip", "link", "add", "bridge", "type", "bridge").expectOk();
        box.net("ip", "link", "set", "bridge", "up").expectOk();
    }

    /** The name of the network in the cluster's configuration. */
    public String name() {
        return name;
    }

    long pid() {
        return box.pid();
    }

    /** Lays a cable into the namespaces of a host and gives its end there an address. */
    void attach(String port, Namespace host, String device, String address) {
        host.net(
                        "ip",
                        "link",
                        "add",
                        device,
                        "address",
                        mac(address),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        port,
                        "netns",
                        Long.toString(box.pid()))
                .expectOk();
        box.net("ip", "link", "set", port, "master", "bridge", "up").expectOk();
        host.net("ip", "address", "add", address + "/24", "dev", device).expectOk();
        host.net("ip", "link", "set", device, "up").expectOk();
        ports.add(port);
    }

    /** The same card in every life of a host, so that its neighbours need not forget another one first. */
    private static String mac(String address) {
        StringBuilder mac = new StringBuilder("02:10");
        for (String part : address.split("\\.", -1)) {
            mac.append(String.format(":%02x", Integer.parseInt(part)));
        }
        return mac.toString();
    }

    /** Takes the cable away; nothing of the host is heard any more, not even that its ports are closed. */
    void detach(String port) {
        if (ports.remove(port)) {
            box.net("ip", "link", "delete", port).expectOk();
        }
    }

    /** Packets of this host are lost silently; its interface still looks well. */
    public void cut(String port) {
        box.net("bridge", "link", "set", "dev", port, "state", SILENT).expectOk();
    }

    /** Packets of this host flow again. */
    public void heal(String port) {
        box.net("bridge", "link", "set", "dev", port, "state", FORWARDING).expectOk();
    }

    /** The cable is pulled: the host sees that its link is down. */
    public void unplug(String port) {
        box.net("ip", "link", "set", port, "down").expectOk();
    }

    /** The cable is back. */
    public void plug(String port) {
        box.net("ip", "link", "set", port, "up").expectOk();
    }

    /** Nobody hears anybody. */
    public void cutAll() {
        ports.forEach(this::cut);
    }

    /** Everybody hears everybody. */
    public void healAll() {
        for (String port : ports) {
            plug(port);
            heal(port);
        }
    }

    @Override
    public void close() {
        box.close();
    }
}
