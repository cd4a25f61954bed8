"""One agent a file; each exports AGENT."""
