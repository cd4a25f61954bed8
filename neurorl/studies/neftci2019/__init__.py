"""Studies of Neftci & Averbeck 2019, Reinforcement learning in artificial and biological systems."""
