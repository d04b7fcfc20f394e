"""What is true of an item, and who can tell, estimated from the answers of several people."""
