// Runs when the configuration is applied: the services must exist, and it is Lockstep, not the system, that starts them.
for (service in SERVICES.tokenize(', ')) {
    if (!exec(['systemctl', 'cat', service])) {
        throw new IllegalStateException("there is no service '$service' on $node: install it, or correct the macro SERVICES")
    }
    exec(['systemctl', 'disable', service], check: true)
}
