package dev.lockstep.modules.kit

import dev.lockstep.core.mirror.LogLevel
import dev.lockstep.node.log.LogLine
import dev.lockstep.node.log.ModuleLog
import groovy.transform.CompileStatic
import java.util.function.Consumer

/** A module log that is a list of texts, each with its level. */
@CompileStatic
class ListLog implements ModuleLog {
    private final List<String> lines

    ListLog(List<String> lines) {
        this.lines = lines
    }

    @Override
    void write(LogLevel level, String origin, int key, String text) {
        lines << "$level $text".toString()
    }

    @Override
    List<LogLine> tail(int count, boolean verbose) {
        throw new UnsupportedOperationException('hooks only write')
    }

    @Override
    ModuleLog.Following follow(int back, boolean verbose, Consumer<LogLine> reader) {
        throw new UnsupportedOperationException('hooks only write')
    }

    @Override
    void close() {
        lines.clear()
    }
}
