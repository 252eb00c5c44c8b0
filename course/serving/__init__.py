"""serve(): run a server in the background and watch its connections."""
