// This node becomes primary: the directory can be written, the services start.
new Services(this).start()
