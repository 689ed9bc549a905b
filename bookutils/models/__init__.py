"""Encoders and decoders in Keras 3.

What several chapters use has a name of its own: the `encoder` and its `sources`, the `classifier` on top of it, and the
`training` run that every model here goes through. What one chapter adds stands under the chapter's name: `attention`,
`transformer` (with pre-training), `bert`, `comparison`, `generation`.
"""
