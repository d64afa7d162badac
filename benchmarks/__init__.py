"""How long things take, beside the bare query of the same rows in the same run."""
