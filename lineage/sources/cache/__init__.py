"""What was read of repositories at their commits, kept on this machine."""
