package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.Negotiation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/** INIT: the first request of a connection. */
final class Initialize implements Operation {
    private final Consumer<Negotiation> initialized;
    private final Consumer<String> refused;

    Initialize(Consumer<Negotiation> initialized, Consumer<String> refused) {
        this.initialized = initialized;
        this.refused = refused;
    }

    @Override
    public void serve(Exchange exchange) {
        MemorySegment reply = exchange.reply();
        if (Negotiation.isOtherMajor(exchange.request())) {
            reply.asSlice(Frame.HEADER, Negotiation.REPLY_SIZE).fill((byte) 0);
            reply.set(ValueLayout.JAVA_INT_UNALIGNED, Frame.HEADER, Negotiation.MAJOR);
            reply.set(ValueLayout.JAVA_INT_UNALIGNED, Frame.HEADER + 4, Negotiation.MINOR);
            exchange.answerBody(Negotiation.REPLY_SIZE);
            return;
        }
        try {
            Negotiation agreed = Negotiation.of(exchange.request());
            agreed.write(reply, Frame.HEADER);
            exchange.answerBody(Negotiation.REPLY_SIZE);
            initialized.accept(agreed);
        } catch (IllegalArgumentException e) {
            exchange.answer(Errno.EINVAL);
            refused.accept(e.getMessage());
        }
    }
}
