/** Words that sentences for operators are made of. */
package dev.lockstep.api.words;
