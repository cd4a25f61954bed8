"""From table to picture; the only place matplotlib is imported."""
