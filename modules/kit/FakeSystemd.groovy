package dev.lockstep.modules.kit

import dev.lockstep.node.hooks.Processes

/** Services of an operating system that does not exist. Answers {@code systemctl} and nothing else, and notes every change. */
class FakeSystemd implements Processes {
    final Set<String> known = [] as LinkedHashSet
    final Set<String> active = [] as LinkedHashSet
    final Set<String> enabled = [] as LinkedHashSet

    /** Services that refuse to start, and ones that refuse to stop. */
    final Set<String> broken = [] as Set

    /** Services that run nothing themselves. */
    final Set<String> umbrellas = [] as Set

    /** Services that something else wants to be started with the system; disabling them changes nothing. */
    final Set<String> wantedByOthers = [] as Set

    /** Whether the system was started with it. */
    boolean running = true

    /** What was changed, in order: {@code start a}. */
    final List<String> changes = []

    /** A system with these services, all stopped and enabled. */
    static FakeSystemd with(String... names) {
        def systemd = new FakeSystemd()
        systemd.known.addAll(names)
        systemd.enabled.addAll(names)
        systemd
    }

    @Override
    synchronized Processes.Result run(Processes.Command command, OutputStream output) {
        if (command.words() == ['/bin/sh', '-c', 'systemctl is-system-running']) {
            return running ? good('running') : bad(1, 'offline')
        }
        def words = command.words() - '--signal=SIGKILL'
        assert words[0] == 'systemctl' && words.size() == 3 : "unexpected command ${command.words()}"
        def (verb, name) = words.drop(1)
        switch (verb) {
            case 'cat': return known.contains(name) ? good(unit(name)) : bad(1, "No files found for ${name}.service.")
            case 'is-active': return active.contains(name) ? good('active') : bad(3, 'inactive')
            case 'is-enabled': return wantedByOthers.contains(name) ? good('enabled-runtime') : enabled.contains(name) ? good('enabled') : bad(1, 'disabled')
            case 'enable': return changed(verb, name) { enabled << name }
            case 'disable': return changed(verb, name) { enabled.remove(name) }
            case 'start': return broken.contains(name) ? failed(verb, name) : changed(verb, name) { active << name }
            case 'stop': return broken.contains(name) ? failed(verb, name) : changed(verb, name) { active.remove(name) }
            case 'kill': return changed(verb, name) { active.remove(name) }
            default: throw new AssertionError("unexpected command ${command.words()}" as Object)
        }
    }

    private String unit(String name) {
        "[Service]\nExecStart=" + (umbrellas.contains(name) ? '/bin/true' : "/usr/sbin/$name")
    }

    private Processes.Result changed(String verb, String name, Closure change) {
        changes << "$verb $name".toString()
        change()
        good('')
    }

    private Processes.Result failed(String verb, String name) {
        changes << "$verb $name".toString()
        bad(1, "Job for ${name}.service failed.")
    }

    private static Processes.Result good(String text) {
        new Processes.Result(0, text + '\n')
    }

    private static Processes.Result bad(int status, String text) {
        new Processes.Result(status, text + '\n')
    }
}
