"""What is fitted to what: formulas over covariates, and simulated designs on which fits are tried out."""
