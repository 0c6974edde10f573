import dev.lockstep.modules.kit.FakeSystemd
import dev.lockstep.modules.kit.ModuleKit
import dev.lockstep.node.hooks.HookOutcome
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Unroll

class MirrorSpec extends Specification {
    @TempDir
    Path temporary

    FakeSystemd systemd = FakeSystemd.with('db', 'web')

    @AutoCleanup
    ModuleKit kit

    void services(String list) {
        kit = new ModuleKit(Path.of('mirror.safe'), temporary, [SERVICES: list, DIR: '/srv/mirror'], systemd)
    }

    def 'the services start in order and stop in reverse order'() {
        given:
        services('db, web')

        expect:
        kit.run('start_prim', 'WAIT', 'ALONE', 'start') instanceof HookOutcome.Ok
        systemd.active == ['db', 'web'] as Set
        kit.run('stop_prim', 'ALONE', 'WAIT', 'stop') instanceof HookOutcome.Ok
        systemd.changes == ['start db', 'start web', 'stop web', 'stop db']
        kit.commands == []
    }

    @Unroll
    def 'without services #hook does nothing and succeeds'() {
        given:
        services('')

        expect:
        kit.run(hook, 'WAIT', 'ALONE', 'start') instanceof HookOutcome.Ok
        systemd.changes == []

        where:
        hook << ['config', 'deconfig', 'prestart', 'start_prim', 'stop_prim']
    }

    def 'a service that does not start stops the module, and those behind it are not started'() {
        given:
        services('db,web')
        systemd.broken << 'db'

        when:
        def outcome = kit.run('start_prim', 'WAIT', 'ALONE', 'start')

        then:
        outcome instanceof HookOutcome.Failed
        outcome.message().contains('the service db did not start')
        kit.commands == [['stop', '-i', 'start_prim']]
        kit.log.contains('E The service db did not start: Job for db.service failed.')
        systemd.changes == ['start db']
    }

    def 'a service that does not stop keeps none of the others from being stopped'() {
        given:
        services('db,web')
        systemd.active.addAll(['db', 'web'])
        systemd.broken << 'web'

        when:
        def outcome = kit.run('stop_prim', 'PRIM', 'WAIT', 'stop')

        then:
        outcome instanceof HookOutcome.Failed
        outcome.message().contains('still running: web')
        systemd.active == ['web'] as Set
    }

    def 'the forced pass kills only what still runs'() {
        given:
        services('db,web')
        systemd.active << 'db'

        expect:
        kit.run('stop_prim', 'force', 'PRIM', 'WAIT', 'stop') instanceof HookOutcome.Ok
        systemd.changes == ['kill db']
        kit.log.contains('E The service db did not stop: it is killed')
    }

    def 'what an earlier life left running is stopped before a start'() {
        given:
        services('db,web')
        systemd.active << 'web'

        expect:
        kit.run('prestart', 'STOP', 'WAIT', 'start') instanceof HookOutcome.Ok
        systemd.changes == ['stop web']
    }

    def 'a targeted restart touches only the services it names'() {
        given:
        services('db,web')
        systemd.active.addAll(['db', 'web'])

        expect:
        kit.run('stop_prim', 'PRIM', 'PRIM', '-Services', 'web') instanceof HookOutcome.Ok
        kit.run('start_prim', 'PRIM', 'PRIM', '-Services', 'web, other') instanceof HookOutcome.Ok
        systemd.changes == ['stop web', 'start web']
    }

    def 'configuring takes the services over and deconfiguring gives back exactly those that were enabled'() {
        given:
        services('db,web')
        systemd.enabled.remove('web')

        expect:
        kit.run('config') instanceof HookOutcome.Ok
        systemd.enabled == [] as Set
        kit.run('config') instanceof HookOutcome.Ok
        kit.run('deconfig') instanceof HookOutcome.Ok
        systemd.enabled == ['db'] as Set
        systemd.changes == ['disable db', 'enable db']
    }

    def 'a service that only stands for others is refused when the module is configured, with the way to the others'() {
        given:
        services('db')
        systemd.umbrellas << 'db'

        when:
        def outcome = kit.run('config')

        then:
        outcome instanceof HookOutcome.Failed
        outcome.message().contains('db is no program of its own')
        outcome.message().contains('systemctl list-units "db@*"')
        systemd.changes == []
    }

    def 'a service that starts with the system because another one wants it is refused when the module is configured'() {
        given:
        services('web,db')
        systemd.wantedByOthers << 'db'

        when:
        def outcome = kit.run('config')

        then:
        outcome instanceof HookOutcome.Failed
        outcome.message().contains('db would still start with the operating system')
        systemd.changes == []
    }

    def 'where systemd does not run, that is said, and not that the service is missing'() {
        given:
        services('db')
        systemd.running = false

        when:
        def outcome = kit.run('config')

        then:
        outcome instanceof HookOutcome.Failed
        outcome.message().contains('systemd does not run on this node')
        systemd.changes == []
    }

    def 'a service that does not exist is refused when the module is configured'() {
        given:
        services('db,nothing')

        when:
        def outcome = kit.run('config')

        then:
        outcome instanceof HookOutcome.Failed
        outcome.message().contains('no such service on this node: nothing')
        systemd.changes == []
    }
}
