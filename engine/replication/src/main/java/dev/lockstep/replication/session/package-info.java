/** One link's worth of conversation: finding who handles a link, requests and their answers. */
package dev.lockstep.replication.session;
