// This node is primary: the replicated directory is writable. Start the application here.
// A service that does not start stops the module, and the other node takes over.
for (service in wanted()) {
    log.info "starting $service"
    exec(['systemctl', 'start', service])
    if (!exec(['systemctl', 'is-active', '--quiet', service])) {
        log.error "the service $service does not start: stopping the module on $node"
        lockstep('stop', '-i', 'start_prim')
        return
    }
}

// A targeted restart names the services it is about: -Services "a, b".
List<String> wanted() {
    int at = args.indexOf('-Services')
    return (at < 0 ? SERVICES : args[at + 1]).tokenize(', ')
}
