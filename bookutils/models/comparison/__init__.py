"""Chapter 13: small and large models on the same sentences."""
