package dev.bft.sim;

/** What happens in a scenario, step by step, before everything heals. */
interface Script {
    void play(Stage stage);
}
