/** The control interface of the daemon: HTTP on this host only, for the command and for other clients. */
package dev.lockstep.node.http;
