"""How we ask: lists, figures that are lists counted, bridges between two dates, readings kept."""
