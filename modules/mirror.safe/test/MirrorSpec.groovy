import dev.lockstep.modules.ModuleKit
import spock.lang.Specification
import spock.lang.TempDir

import java.nio.file.Path

/** What the hooks of mirror.safe do to the services of the application. */
class MirrorSpec extends Specification {
    @TempDir
    Path directory

    ModuleKit kit

    def setup() {
        kit = new ModuleKit(Path.of('mirror.safe'), directory, [SERVICES: 'database, web'])
    }

    def cleanup() {
        kit.close()
    }

    def "start_prim starts the services in their order"() {
        when:
        def outcome = kit.run('start_prim', 'WAIT', 'ALONE', 'start')

        then:
        outcome.detail() == 'ok'
        kit.commands() == [
            'systemctl start database', 'systemctl is-active --quiet database',
            'systemctl start web', 'systemctl is-active --quiet web']
        kit.orders() == []
    }

    def "a service that does not start stops the module and the ones after it are left alone"() {
        given:
        kit.answer('systemctl is-active --quiet database', 3)

        when:
        kit.run('start_prim', 'WAIT', 'ALONE', 'start')

        then:
        kit.orders() == ['stop -i start_prim']
        !kit.commands().contains('systemctl start web')
    }

    def "stop_prim stops the services in reverse order"() {
        when:
        kit.run('stop_prim', 'PRIM', 'WAIT', 'stop')

        then:
        kit.commands() == ['systemctl stop web', 'systemctl stop database']
    }

    def "the forced call kills only what still runs"() {
        given:
        kit.answer('systemctl is-active --quiet web', 3)

        when:
        kit.run('stop_prim', 'force', 'WAIT', 'STOP', 'stop')

        then:
        kit.commands() == [
            'systemctl is-active --quiet web',
            'systemctl is-active --quiet database', 'systemctl kill --signal=SIGKILL database']
    }

    def "a targeted restart touches the named services only"() {
        when:
        kit.run('stop_prim', 'ALONE', 'ALONE', '-Services', 'web')
        kit.run('start_prim', 'ALONE', 'ALONE', '-Services', 'web')

        then:
        kit.commands() == ['systemctl stop web', 'systemctl start web', 'systemctl is-active --quiet web']
    }

    def "prestart stops what is left of the application"() {
        when:
        kit.run('prestart', 'STOP', 'WAIT', 'start')

        then:
        kit.commands() == ['systemctl stop web', 'systemctl stop database']
    }

    def "config refuses a service that does not exist, by name"() {
        given:
        kit.answer('systemctl cat web', 1)

        when:
        def outcome = kit.run('config')

        then:
        outcome.detail().contains("there is no service 'web'")
        outcome.detail().contains('config.groovy:')
    }

    def "without services the hooks do nothing and succeed"() {
        given:
        kit.close()
        kit = new ModuleKit(Path.of('mirror.safe'), directory, [SERVICES: ''])

        expect:
        kit.run(hook, 'WAIT', 'ALONE', 'start').detail() == 'ok'
        kit.commands() == []

        where:
        hook << ['config', 'prestart', 'start_prim', 'stop_prim']
    }
}
