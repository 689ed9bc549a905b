"""Runs a submission where it can read, write and reach nothing that is not its own.

`inside` is what runs in there, beside the learner's code; `launch` says what it may see; `session` talks to it from
outside and believes nothing but values.
"""
