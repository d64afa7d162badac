"""PostgreSQL as Django speaks to it, but that it keeps the plans of what is asked on and on."""
