// The module begins to start: whatever is left of the application is stopped, so that it runs on one node only.
for (service in SERVICES.tokenize(', ').reverse()) {
    exec(['systemctl', 'stop', service], timeout: '60s')
}
