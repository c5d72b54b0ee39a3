package dev.parley.router;

/** The two models between which a router chooses. */
public record ModelPair(String strong, String cheaper) {
    public String other(String model) {
        return model.equals(strong) ? cheaper : strong;
    }
}
