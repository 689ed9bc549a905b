"""Chapter 08: word pieces, cut and learnt."""
