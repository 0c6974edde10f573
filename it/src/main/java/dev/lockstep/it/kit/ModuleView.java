package dev.lockstep.it.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a node shows of a module at one moment: {@code PRIM Ready}, {@code uptodate}, and what it sees of the peer. */
public record ModuleView(String state, String readiness, String detail, String reason, String remoteState) {
    /** What there is to see while the daemon does not answer. */
    public static final ModuleView NOTHING = new ModuleView("", "", "", "the daemon does not answer", "");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the answer of {@code state -m AM --json}. */
    static ModuleView parse(String json) {
        try {
            JsonNode module = JSON.readTree(json);
            return new ModuleView(
                    module.path("state").asText(),
                    module.path("readiness").asText(),
                    module.path("detail").asText(),
                    module.path("reason").asText(),
                    module.path("remoteState").asText());
        } catch (JsonProcessingException failure) {
            throw new KitFailure("`state --json` does not print JSON: " + json, failure);
        }
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
