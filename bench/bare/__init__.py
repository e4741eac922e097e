"""The least a Django page can be; a limit to compare with."""
