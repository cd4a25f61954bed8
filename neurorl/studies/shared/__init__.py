"""What studies share: trained networks and blocks of reversals."""
