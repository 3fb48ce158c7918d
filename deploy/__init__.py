"""Set-up and start of Tandem on one machine."""
