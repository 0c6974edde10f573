// 'lockstep deconfig': the services start with the operating system again if they did before.
new Services(this).giveBack(new File(env.SAFEUSERVAR, 'services-taken-over'))
