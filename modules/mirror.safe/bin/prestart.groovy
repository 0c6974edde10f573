// Before the module starts: stops what an earlier life left running, so that nothing uses the directory while it changes hands.
new Services(this).stop()
