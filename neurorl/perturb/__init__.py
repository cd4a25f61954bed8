"""Changes of any agent: lesion, clamp, stimulate, noise. Knows the Agent contract, no particular agent."""
