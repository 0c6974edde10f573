// 'lockstep config': the services exist, and from now on the module starts them, not the operating system.
new Services(this).takeOver(new File(env.SAFEUSERVAR, 'services-taken-over'))
