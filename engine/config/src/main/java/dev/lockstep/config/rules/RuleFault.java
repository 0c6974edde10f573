package dev.lockstep.config.rules;

/** A syntax error; leaves the parser of one rule and becomes a remark. */
final class RuleFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final int offset;
    private final String remedy;

    RuleFault(int offset, String problem, String remedy) {
        super(problem);
        this.offset = offset;
        this.remedy = remedy;
    }

    RuleSection.Remark remark() {
        return new RuleSection.Remark(offset, false, getMessage(), remedy);
    }
}
