import dev.lockstep.config.ModuleContext
import dev.lockstep.config.ModuleReading
import dev.lockstep.config.Severity
import dev.lockstep.config.UserConfigReader
import dev.lockstep.core.config.ClusterConfig
import dev.lockstep.core.config.LanConfig
import dev.lockstep.core.config.LanNode
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import spock.lang.Specification

class MirrorConfigurationSpec extends Specification {
    ModuleReading read(String xml) {
        def nodes = [new LanNode('alpha', '10.0.0.1', Optional.empty()), new LanNode('beta', '10.0.0.2', Optional.empty())]
        def cluster = new ClusterConfig(4800, Duration.ofMillis(100), 20, 10, [new LanConfig('default', false, nodes)])
        new UserConfigReader().read(xml.getBytes('UTF-8'), 'userconfig.xml', ModuleContext.of('ledger', cluster))
    }

    def template = Files.readString(Path.of('mirror.safe/conf/userconfig.xml'))

    def 'with a directory the template is right as it is, and asks for nothing this engine cannot do'() {
        when:
        def reading = read(template.replace('name="DIR" value=""', 'name="DIR" value="/srv/ledger"'))

        then:
        reading.diagnostics().every { it.severity() == Severity.INFO }
        reading.notYet() == []
        reading.applicable
        reading.config().get().user().get().variables() == [SERVICES: '', DIR: '/srv/ledger']
    }

    def 'without a directory it is refused at the macro that is to be filled in'() {
        when:
        def reading = read(template)

        then:
        !reading.applicable
        reading.errors()*.subject() == ['macro@value']
    }
}
