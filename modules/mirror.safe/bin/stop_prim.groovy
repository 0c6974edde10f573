// This node stops being primary. Graceful call first; the forced call ends what is still running.
for (service in wanted().reverse()) {
    if (force) {
        if (exec(['systemctl', 'is-active', '--quiet', service])) {
            log.error "the service $service did not stop: killing it"
            exec(['systemctl', 'kill', '--signal=SIGKILL', service])
        }
    } else {
        log.info "stopping $service"
        exec(['systemctl', 'stop', service])
    }
}

List<String> wanted() {
    int at = args.indexOf('-Services')
    return (at < 0 ? SERVICES : args[at + 1]).tokenize(', ')
}
