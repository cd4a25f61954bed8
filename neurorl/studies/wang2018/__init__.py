"""Studies of Wang et al. 2018, Prefrontal cortex as a meta-reinforcement learning system."""
