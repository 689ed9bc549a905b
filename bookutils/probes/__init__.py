"""What runs beside an answer in the sandbox: turns a model, a graph or a clock into plain data, and expects nothing."""
