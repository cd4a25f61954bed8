"""One row a decision: tables, their schema, records, and shipped data sets."""
