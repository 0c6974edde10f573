/**
 * The services of a module: started in the order of SERVICES, stopped in the reverse order. A targeted restart names some of
 * them after the argument -Services.
 */
class Services {
    /** Time a service has to be active after its start returned, or inactive after its stop. */
    static final String SETTLE = '30s'

    private final Script hook
    private final List<String> names

    /** For the hook that uses it: {@code new Services(this)}. */
    Services(Script hook) {
        this.hook = hook
        def all = split(hook.SERVICES)
        def words = hook.args as List<String>
        int option = words.indexOf('-Services')
        names = option < 0 ? all : all.intersect(split(words.drop(option + 1).join(',')))
    }

    private static List<String> split(String text) {
        text.split(',')*.trim().findAll { it }
    }

    /** Starts them one after the other. When one does not start, the module is stopped: the other node may have more luck. */
    void start() {
        for (name in names) {
            def started = systemctl('start', name)
            if (!started || !hook.waitUntil(timeout: SETTLE, every: '200ms', fail: false) { active(name) }) {
                def why = started.text.readLines().find() ?: 'it is not active'
                hook.log.error("The service $name did not start: $why")
                hook.lockstep('stop', '-i', 'start_prim')
                throw new IllegalStateException("the service $name did not start: the module is stopped")
            }
            hook.println("$name is active")
        }
    }

    /** Stops those that run, in reverse order; one that does not stop keeps none of the others from being stopped. */
    void stop() {
        def left = names.reverse().findAll { name ->
            if (!active(name)) {
                return false
            }
            def stopped = systemctl('stop', name)
            return !stopped || !hook.waitUntil(timeout: SETTLE, every: '200ms', fail: false) { !active(name) }
        }
        if (left) {
            throw new IllegalStateException("still running: ${left.join(', ')}")
        }
    }

    /** Kills those that still run. */
    void kill() {
        for (name in names.reverse().findAll { active(it) }) {
            hook.log.error("The service $name did not stop: it is killed")
            hook.exec(['systemctl', 'kill', '--signal=SIGKILL', name])
        }
    }

    /** Checks that they exist and keeps them from starting with the operating system; {@link #giveBack} undoes it. */
    void takeOver(File memory) {
        if (!names) {
            return
        }
        if (hook.exec('systemctl is-system-running').text.trim() in ['offline', ''] ) {
            throw new IllegalStateException('systemd does not run on this node, so no service can be started by its name: leave ' +
                'SERVICES empty, and start and stop the application in bin/start_prim.groovy and bin/stop_prim.groovy')
        }
        def units = names.collectEntries { [it, systemctl('cat', it)] }
        def unknown = units.findAll { name, unit -> !unit }.keySet()
        if (unknown) {
            throw new IllegalStateException("no such service on this node: ${unknown.join(', ')}")
        }
        def umbrellas = units.findAll { name, unit -> unit.text.readLines()*.trim().any { it in ['ExecStart=/bin/true', 'ExecStart=/usr/bin/true'] } }.keySet()
        if (umbrellas) {
            throw new IllegalStateException("${umbrellas.join(', ')} is no program of its own, only a name for others: write those. " +
                "'systemctl list-units \"${umbrellas.first()}@*\"' shows them (on Debian, postgresql stands for postgresql@15-main)")
        }
        def byOthers = names.findAll { systemctl('is-enabled', it).text.trim() == 'enabled-runtime' }
        if (byOthers) {
            throw new IllegalStateException("${byOthers.join(', ')} would still start with the operating system, on both nodes and before " +
                "the module: something else wants it, which 'systemctl list-dependencies --reverse ${byOthers.first()}' shows. Keep it " +
                'from that. For a PostgreSQL of Debian: write manual into its start.conf in /etc/postgresql, then systemctl daemon-reload')
        }
        def taken = memory.exists() ? memory.readLines() : []
        for (name in names.findAll { systemctl('is-enabled', it).text.trim() == 'enabled' }) {
            taken = (taken + name).unique()
            memory.text = taken.join('\n') + '\n'
            hook.exec(['systemctl', 'disable', name], timeout: '60s', check: true)
        }
    }

    /** Lets those start with the operating system again that did before {@link #takeOver}. */
    void giveBack(File memory) {
        if (memory.exists()) {
            memory.readLines().each { hook.exec(['systemctl', 'enable', it], timeout: '60s', check: true) }
            memory.delete()
        }
    }

    private boolean active(String name) {
        systemctl('is-active', name)
    }

    private Object systemctl(String verb, String name) {
        hook.exec(['systemctl', verb, name])
    }
}
