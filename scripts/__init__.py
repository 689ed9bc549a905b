"""What the Makefile runs. Set-up and `make lab` use the standard library only: nothing else is there yet."""
