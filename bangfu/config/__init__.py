"""How the parts are put together: settings, addresses, the door for a web server."""
