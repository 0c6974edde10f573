/** What this node can see of its own network addresses. */
package dev.lockstep.node.net;
