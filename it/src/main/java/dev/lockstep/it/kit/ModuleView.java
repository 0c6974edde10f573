package dev.lockstep.it.kit;

import com.fasterxml.jackson.databind.JsonNode;

/** What a node shows of a module at one moment: {@code PRIM Ready}, {@code uptodate}, and what it sees of the peer. */
public record ModuleView(String state, String readiness, String detail, String reason, String remoteState) {
    /** What there is to see while the daemon does not answer. */
    public static final ModuleView NOTHING = new ModuleView("", "", "", "the daemon does not answer", "");

    /** What the control interface tells of a module. */
    static ModuleView of(JsonNode module) {
        JsonNode remote = module.path("remote");
        return new ModuleView(
                module.path("state").asText(),
                module.path("readiness").asText(),
                module.path("detail").asText(),
                module.path("reason").asText(),
                (remote.path("state").asText() + " " + remote.path("readiness").asText()).strip());
    }

    /** Whether the state is this one, as it is displayed: {@code "PRIM Ready"}. */
    public boolean is(String displayed) {
        return (state + " " + readiness).equals(displayed);
    }

    @Override
    public String toString() {
        return state + " " + readiness + (detail.isEmpty() ? "" : " (" + detail + ")")
                + (reason.isEmpty() ? "" : ": " + reason) + (remoteState.isEmpty() ? "" : ", peer " + remoteState);
    }
}
