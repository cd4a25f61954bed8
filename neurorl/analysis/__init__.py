"""From table to table, and to numbers."""
