// This node leaves the primary role. Called gracefully first, then with force: what still runs then is killed.
def services = new Services(this)
if (force) {
    services.kill()
} else {
    services.stop()
}
