"""WordPiece, vocabularies, tokenization inside tf.data."""
