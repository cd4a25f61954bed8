"""One synapse a file; each exports SYNAPSE."""
