"""Tables in, proposals out: engines are known here, the web and the database's rows are not."""
